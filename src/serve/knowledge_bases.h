#pragma once
// The knowledge bases that a gateway serves, opened once, read-only, and opened anew when their folder
// changes.
//
//   GENKAI_ASSIGN_OR_RETURN(auto view, bases.view("handbook"));

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/file.h"
#include "base/result.h"
#include "knowledge/store/knowledge_base.h"

namespace genkai::serve {

/// Thread-safe.
class KnowledgeBases {
 public:
  /// `names`: those to serve (a name, or a folder when it has a slash); empty: all named ones under
  /// knowledge::home_folder(), also those made later.
  static std::unique_ptr<KnowledgeBases> create(std::vector<std::string> names);
  virtual ~KnowledgeBases() = default;
  virtual std::vector<std::string> names() const = 0;
  /// A snapshot no older than a second; its base stays open as long as the view lives. not_found for a name
  /// that is not served. Blocks: call it on a pool.
  virtual base::Result<std::shared_ptr<const knowledge::KnowledgeView>> view(std::string_view name) = 0;
  virtual base::Result<std::shared_ptr<const knowledge::KnowledgeBase>> base(std::string_view name) = 0;
  /// Where it lies; not_found for a name that is not served.
  virtual base::Result<base::Path> folder(std::string_view name) const = 0;
};

}  // namespace genkai::serve
