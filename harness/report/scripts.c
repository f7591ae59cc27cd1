/* SPDX-License-Identifier: MIT */
#include "report/page.h"

#include <stddef.h>

extern const char asset_report_page_dom_js[], asset_report_page_data_js[], asset_report_page_instructive_js[],
    asset_report_page_ladder_js[], asset_report_page_source_js[], asset_report_page_parts_js[],
    asset_report_page_filter_js[], asset_report_page_overview_js[], asset_report_page_statements_js[],
    asset_report_page_claims_js[], asset_report_page_claim_js[], asset_report_page_option_js[],
    asset_report_page_kernels_js[], asset_report_page_search_js[], asset_report_page_main_js[];

const char *const report_scripts[] = {
    asset_report_page_dom_js,         asset_report_page_data_js,
    asset_report_page_instructive_js, asset_report_page_ladder_js,
    asset_report_page_source_js,      asset_report_page_parts_js,
    asset_report_page_filter_js,      asset_report_page_overview_js,
    asset_report_page_statements_js,  asset_report_page_claims_js,
    asset_report_page_claim_js,       asset_report_page_option_js,
    asset_report_page_kernels_js,     asset_report_page_search_js,
    asset_report_page_main_js,        NULL,
};
