#include "serve/console_assets.h"

#include <array>
#include <cstddef>

#include "base/hash.h"

// Made by console_assets.S: begin and end of each file.
#define GENKAI_ASSET(symbol) \
  extern "C" const char genkai_console_##symbol##_begin[], genkai_console_##symbol##_end[]
GENKAI_ASSET(index_html);
GENKAI_ASSET(icon_svg);
GENKAI_ASSET(style_css);
GENKAI_ASSET(answer_js);
GENKAI_ASSET(api_js);
GENKAI_ASSET(app_js);
GENKAI_ASSET(ask_js);
GENKAI_ASSET(documents_js);
GENKAI_ASSET(dom_js);
GENKAI_ASSET(reader_js);
GENKAI_ASSET(strings_js);
#undef GENKAI_ASSET

namespace genkai::serve {

namespace {

struct Asset {
  std::string_view path, content_type;
  const char *begin, *end;
};

constexpr std::string_view kHtml = "text/html; charset=utf-8", kCss = "text/css; charset=utf-8",
                           kScript = "text/javascript; charset=utf-8", kSvg = "image/svg+xml";

#define GENKAI_ASSET(path, type, symbol)                                       \
  Asset {                                                                      \
    path, type, genkai_console_##symbol##_begin, genkai_console_##symbol##_end \
  }
constexpr std::array kAssets = {
    GENKAI_ASSET("/", kHtml, index_html),
    GENKAI_ASSET("/favicon.ico", kSvg, icon_svg),
    GENKAI_ASSET("/console/icon.svg", kSvg, icon_svg),
    GENKAI_ASSET("/console/style.css", kCss, style_css),
    GENKAI_ASSET("/console/answer.js", kScript, answer_js),
    GENKAI_ASSET("/console/api.js", kScript, api_js),
    GENKAI_ASSET("/console/app.js", kScript, app_js),
    GENKAI_ASSET("/console/ask.js", kScript, ask_js),
    GENKAI_ASSET("/console/documents.js", kScript, documents_js),
    GENKAI_ASSET("/console/dom.js", kScript, dom_js),
    GENKAI_ASSET("/console/reader.js", kScript, reader_js),
    GENKAI_ASSET("/console/strings.js", kScript, strings_js),
};
#undef GENKAI_ASSET

// Trusted types make the browser refuse text as markup, whatever a script does.
constexpr std::string_view kPolicy =
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; "
    "trusted-types 'none'";

// If-None-Match is "*" or a list of tags, each perhaps marked weak.
bool names(std::string_view if_none_match, std::string_view tag) {
  return if_none_match == "*" || if_none_match.find(tag) != std::string_view::npos;
}

}  // namespace

std::optional<HttpResponse> console_asset(std::string_view path, std::string_view if_none_match) {
  for (const Asset& asset : kAssets) {
    if (asset.path != path) continue;
    const std::string_view bytes(asset.begin, static_cast<std::size_t>(asset.end - asset.begin));
    const std::string tag = '"' + base::content_hash(bytes) + '"';
    const bool known = names(if_none_match, tag);
    return HttpResponse{.status = known ? 304 : 200,
                        .content_type = std::string(asset.content_type),
                        .body = std::string(known ? std::string_view() : bytes),
                        .headers = {{"etag", tag},
                                    {"cache-control", "no-cache"},
                                    {"content-security-policy", std::string(kPolicy)},
                                    {"x-content-type-options", "nosniff"},
                                    {"referrer-policy", "no-referrer"},
                                    {"cross-origin-opener-policy", "same-origin"},
                                    {"cross-origin-resource-policy", "same-origin"}}};
  }
  return std::nullopt;
}

}  // namespace genkai::serve
