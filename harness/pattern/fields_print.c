/* SPDX-License-Identifier: MIT */
/* Values of fields as text, for telling what a packet has. */
#include "packet/groups.h"
#include "packet/text.h"
#include "pattern/fields.h"

#include <inttypes.h>

void text_hex(const uint8_t *bytes, size_t length, char *text, size_t size)
{
    struct text out = text_begin(text, size);

    text_add_hex(&out, bytes, 2 * length < size ? length : (size - 1) / 2);
}

/* Bytes as they would stand between quotes. */
static void add_escaped(struct text *out, const uint8_t *bytes, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        if (bytes[i] == '\n')
            text_add(out, "\\n");
        else if (bytes[i] == '\r')
            text_add(out, "\\r");
        else if (bytes[i] == '"' || bytes[i] == '\\')
            text_add(out, "\\%c", bytes[i]);
        else if (bytes[i] >= 0x20 && bytes[i] < 0x7f)
            text_add(out, "%c", bytes[i]);
        else
            text_add(out, "\\x%02x", bytes[i]);
    }
}

static void add_list(struct text *out, uint64_t options)
{
    const char *between = "";

    text_add(out, "[");
    for (size_t i = 0; field_at(i); i++) {
        if (options & field_option_bit(field_at(i))) {
            text_add(out, "%s%s", between, field_at(i)->name);
            between = ",";
        }
    }
    if (options >> 63)
        text_add(out, "%sothers", between);
    text_add(out, "]");
}

static void add_pairs(struct text *out, const struct reading *reading)
{
    for (size_t i = 0; i + 1 < reading->count; i += 2)
        text_add(out, "%s%" PRIu64 ":%" PRIu64, i ? " " : "", reading->value[i], reading->value[i + 1]);
}

static void add_record(struct text *out, const struct group_record *record)
{
    char text[ADDRESS_TEXT];

    text_add(out, "%s {", address_text(&record->group, text));
    for (size_t i = 0; i < record->source_count; i++) {
        struct address source = group_source(record, i);

        text_add(out, i ? " %s" : "%s", address_text(&source, text));
    }
    text_add(out, "}");
}

void field_print(const struct field *field, const struct reading *reading, char *text, size_t size)
{
    struct text out = text_begin(text, size);
    char address[ADDRESS_TEXT];

    if (!reading->present) {
        text_add(&out, "no %s", field->name);
        return;
    }
    switch (field->shape) {
    case SHAPE_PRESENT:
        text_add(&out, "%s", field->name);
        break;
    case SHAPE_NUMBER:
    case SHAPE_SEQ:
    case SHAPE_SUBTYPE:
        text_add(&out, field->traits & FIELD_HEX ? "0x%" PRIx64 : "%" PRIu64, reading->value[0]);
        break;
    case SHAPE_RANGE:
    case SHAPE_SACK:
        add_pairs(&out, reading);
        break;
    case SHAPE_TIMESTAMP:
        text_add(&out, "val %" PRIu64 " ecr %" PRIu64, reading->value[0], reading->value[1]);
        break;
    case SHAPE_COOKIE:
        text_add(&out, reading->length ? "cookie " : "cookiereq");
        text_add_hex(&out, reading->bytes, reading->length);
        break;
    case SHAPE_TEXT:
        text_add(&out, "\"");
        add_escaped(&out, reading->bytes, reading->length);
        text_add(&out, "\"");
        break;
    case SHAPE_BYTES:
        text_add(&out, "0x");
        text_add_hex(&out, reading->bytes, reading->length);
        break;
    case SHAPE_ADDRESS:
        text_add(&out, "%s", address_text(&reading->address, address));
        break;
    case SHAPE_RECORD:
        add_record(&out, &reading->record);
        break;
    case SHAPE_LIST:
        add_list(&out, reading->value[0]);
        break;
    }
}
