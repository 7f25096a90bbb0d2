#include "knowledge/document/markup.h"

#include <libxml/HTMLparser.h>
#include <libxml/parser.h>
#include <libxml/xmlerror.h>

#include <memory>
#include <mutex>

#include "knowledge/document/blocks.h"

namespace genkai::knowledge::reading {
namespace {

constexpr int kDeepest = 1000;
constexpr std::size_t kChunk =
    64 << 10;  // libxml2 refuses single look-ups beyond 10 MB, so it gets small pieces

std::string_view view(const xmlChar* text) {
  return text == nullptr ? std::string_view() : std::string_view(reinterpret_cast<const char*>(text));
}

std::string_view local(std::string_view name) {
  const std::size_t colon = name.find(':');
  return colon == std::string_view::npos ? name : name.substr(colon + 1);
}

// What the callbacks of one parse share.
struct Parse {
  MarkupHandler* handler = nullptr;
  xmlParserCtxt* context = nullptr;
  bool html = false;
  int depth = 0;
  bool too_deep = false;
  bool declares_entities = false;
};

void on_start(void* user, const xmlChar* name, const xmlChar** attributes) {
  auto& parse = *static_cast<Parse*>(user);
  if (++parse.depth > kDeepest) {
    parse.too_deep = true;
    xmlStopParser(parse.context);
    return;
  }
  const int line = parse.context->input != nullptr ? parse.context->input->line : 0;
  const std::string_view tag = view(name);
  parse.handler->start(parse.html ? tag : local(tag), Attributes(attributes),
                       line > 0 ? static_cast<std::uint32_t>(line) : 0);
}

void on_end(void* user, const xmlChar* name) {
  auto& parse = *static_cast<Parse*>(user);
  --parse.depth;
  const std::string_view tag = view(name);
  parse.handler->end(parse.html ? tag : local(tag));
}

void on_text(void* user, const xmlChar* text, int length) {
  if (length > 0)
    static_cast<Parse*>(user)->handler->text(
        {reinterpret_cast<const char*>(text), static_cast<std::size_t>(length)});
}

void on_entity(void* user, const xmlChar*, int, const xmlChar*, const xmlChar*, xmlChar*) {
  auto& parse = *static_cast<Parse*>(user);
  parse.declares_entities = true;
  xmlStopParser(parse.context);
}

xmlSAXHandler handler_for(bool html) {
  xmlSAXHandler sax{};
  sax.startElement = on_start;
  sax.endElement = on_end;
  sax.characters = on_text;
  sax.cdataBlock = on_text;
  sax.ignorableWhitespace = on_text;
  if (!html) sax.entityDecl = on_entity;
  return sax;
}

void start_libxml() {
  static std::once_flag once;
  std::call_once(once, xmlInitParser);
}

struct Free {
  void operator()(xmlParserCtxt* context) const {
    if (context->myDoc != nullptr) xmlFreeDoc(context->myDoc);
    context->myDoc = nullptr;
    xmlFreeParserCtxt(context);
  }
};

}  // namespace

const char* Attributes::find(std::string_view name, bool& found) const {
  found = false;
  if (pairs_ == nullptr) return nullptr;
  for (const unsigned char** pair = pairs_; pair[0] != nullptr; pair += 2) {
    const std::string_view own = view(pair[0]);
    if (own != name && local(own) != name) continue;
    found = true;
    return reinterpret_cast<const char*>(pair[1]);
  }
  return nullptr;
}

std::string_view Attributes::get(std::string_view name) const {
  bool found = false;
  const char* value = find(name, found);
  return value == nullptr ? std::string_view() : std::string_view(value);
}

bool Attributes::has(std::string_view name) const {
  bool found = false;
  find(name, found);
  return found;
}

bool read_html_events(std::string_view utf8, MarkupHandler& handler) {
  start_libxml();
  Parse parse{&handler, nullptr, true};
  const std::unique_ptr<htmlParserCtxt, Free> context(htmlNewParserCtxt());
  if (!context) return false;
  parse.context = context.get();
  *context->sax = handler_for(true);
  context->userData = &parse;
  // The pull parser: unlike the push parser it reads on after a stray end tag.
  htmlCtxtReadMemory(context.get(), utf8.data(), static_cast<int>(utf8.size()), nullptr, "UTF-8",
                     HTML_PARSE_RECOVER | HTML_PARSE_NOERROR | HTML_PARSE_NOWARNING | HTML_PARSE_NONET |
                         HTML_PARSE_IGNORE_ENC | HTML_PARSE_NODEFDTD);
  return !parse.too_deep;
}

base::Status read_xml_events(std::string_view bytes, MarkupHandler& handler) {
  start_libxml();
  Parse parse{&handler, nullptr, false};
  xmlSAXHandler sax = handler_for(false);
  const std::unique_ptr<xmlParserCtxt, Free> context(
      xmlCreatePushParserCtxt(&sax, &parse, nullptr, 0, nullptr));
  if (!context) return base::fail(base::Code::internal, "libxml2 cannot be started");
  parse.context = context.get();
  // NOENT only turns references in attributes into characters here: a document that declares entities is
  // refused.
  xmlCtxtUseOptions(context.get(), XML_PARSE_NOENT | XML_PARSE_NONET | XML_PARSE_SAX1 | XML_PARSE_NOERROR |
                                       XML_PARSE_NOWARNING);
  context->sax->startElement = on_start;
  context->sax->endElement = on_end;
  int state = 0;
  for (std::size_t at = 0; at < bytes.size() && state == 0; at += kChunk) {
    const std::string_view piece = bytes.substr(at, kChunk);
    state = xmlParseChunk(context.get(), piece.data(), static_cast<int>(piece.size()), 0);
  }
  if (state == 0) state = xmlParseChunk(context.get(), nullptr, 0, 1);
  if (parse.declares_entities)
    return base::fail(base::Code::unsupported, "its XML declares entities, which are never expanded");
  if (parse.too_deep) return base::fail(base::Code::resource_exhausted, "its XML is nested too deeply");
  if (state != 0 || context->wellFormed == 0) {
    const xmlError* error = xmlCtxtGetLastError(context.get());
    const std::string what =
        error != nullptr && error->message != nullptr
            ? ": " + std::string(trim(error->message)) + " (line " + std::to_string(error->line) + ")"
            : "";
    return base::fail(base::Code::corrupt, "its XML is malformed" + what);
  }
  return {};
}

std::string declared_encoding(std::string_view bytes) {
  const std::string start = lower_ascii(bytes.substr(0, 4096));
  for (const std::string_view key : {"charset", "encoding"}) {
    std::size_t at = start.find(key);
    if (at == std::string::npos) continue;
    at += key.size();
    while (at < start.size() &&
           (start[at] == ' ' || start[at] == '=' || start[at] == '"' || start[at] == '\''))
      ++at;
    std::size_t end = at;
    while (end < start.size() &&
           (std::isalnum(static_cast<unsigned char>(start[end])) || start[end] == '-' || start[end] == '_'))
      ++end;
    if (end > at) return start.substr(at, end - at);
  }
  return {};
}

}  // namespace genkai::knowledge::reading
