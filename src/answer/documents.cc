#include "answer/documents.h"

#include <string>

#include "knowledge/document/document.h"

namespace genkai::answer {

using base::Code;
using knowledge::KnowledgeBase;

base::Result<OwnDocuments> OwnDocuments::read(const base::Json& documents) {
  if (!documents.is_array())
    return base::fail(Code::invalid_argument, "\"documents\" must be a list of objects");
  knowledge::OpenOptions options;
  options.in_memory = true;
  options.threads = 1;
  GENKAI_ASSIGN_OR_RETURN(auto base, KnowledgeBase::open({}, options));
  std::size_t number = 0;
  for (const base::Json& item : documents.items()) {
    const base::Json* text = item.find("text");
    if (!item.is_object() || !text || !(text->is_string() || text->is_null()))
      return base::fail(Code::invalid_argument, "each of \"documents\" needs a \"text\"");
    const base::Json* id = item.find("id");
    const std::string name = id && id->is_number() ? id->dump() : item.string("id", std::to_string(number));
    ++number;
    if (text->as_string().find_first_not_of(" \t\r\n") == std::string_view::npos) continue;  // says nothing
    const base::Json line = base::Json::object({{"id", name.empty() ? std::to_string(number - 1) : name},
                                                {"text", *text},
                                                {"title", item.string("title")},
                                                {"date", item.string("date")}});
    GENKAI_RETURN_IF_ERROR(knowledge::parse_bytes(line.dump(), "documents.jsonl", "", {},
                                                  [&](knowledge::ParsedDocument document) {
                                                    document.info.source = item.string("source");
                                                    return base->add(document);
                                                  }));
  }
  GENKAI_RETURN_IF_ERROR(base->commit());
  OwnDocuments own;
  own.base = std::move(base);
  GENKAI_ASSIGN_OR_RETURN(own.view, own.base->view());
  return own;
}

}  // namespace genkai::answer
