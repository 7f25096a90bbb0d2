#pragma once
// What a language model has written so that passages are found: headers of passages, summaries of sections
// and documents. A small knowledge base inside the other one's folder, each text a document of it that is
// named after the place it speaks of. It only finds: nothing in it is shown, quoted or read as evidence, and
// losing it loses nothing else.
//
//   GENKAI_ASSIGN_OR_RETURN(auto additions, open_additions(folder));               // to write
//   additions->add(addition({Kind::header, "guide.md", 3, 1}, "Guide", text, hash));
//   view->additions();                                                            // to search; nullptr
//   without std::optional<AdditionPlace> place = addition_place(hit.document.id);

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/file.h"
#include "knowledge/document/document.h"
#include "knowledge/store/knowledge_base.h"

namespace genkai::knowledge {

struct AdditionPlace {
  enum class Kind { header, section, document };
  Kind kind = Kind::header;
  std::string document;     // id in the knowledge base that is added to
  std::uint32_t first = 0;  // of its passages, counted from 0 within the document
  std::uint32_t count = 1;
};

/// The id of an addition's document: "header 3 1 guide.md".
std::string addition_id(const AdditionPlace& place);
/// Nothing for any other id.
std::optional<AdditionPlace> addition_place(std::string_view id);

/// `made_from` is a hash of what the text was made from: it is kept as the document's source, so that it is
/// known when it has to be made anew.
ParsedDocument addition(const AdditionPlace& place, const std::string& title, std::string text,
                        std::string made_from);

/// The folder of a knowledge base's additions, which need not be there.
base::Path additions_folder(const base::Path& knowledge_base);

/// For writing, made when it is not there. Errors: as KnowledgeBase::open.
base::Result<std::unique_ptr<KnowledgeBase>> open_additions(const base::Path& knowledge_base);

}  // namespace genkai::knowledge
