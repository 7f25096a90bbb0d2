#pragma once
// What endpoints were seen to do, kept in a file from run to run: a program that runs for one question would
// otherwise spend more requests on probing than on asking.
//
//   RememberedCapabilities known(home / "models.json", now);
//   options.capabilities = known.find(options);
//   ...
//   known.note(options, *upstream.facts().known());
//   known.save();

#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "base/file.h"
#include "base/result.h"
#include "model/upstream/upstream.h"

namespace genkai::model {

/// By URL and name of the model, for a week: what stands behind an endpoint changes. Not thread-safe.
class RememberedCapabilities {
 public:
  /// A file that is missing, broken or of another version holds nothing.
  RememberedCapabilities(base::Path file, std::int64_t unix_seconds);
  /// Nothing for an endpoint whose model has no configured name, as it may serve another one by now.
  std::optional<Capabilities> find(const UpstreamOptions& options) const;
  void note(const UpstreamOptions& options, const Capabilities& seen);
  /// Writes what is new, and leaves out what is old. Two programs that save at once: the later one wins.
  base::Status save();

 private:
  struct Entry {
    std::int64_t seen_at = 0;
    Capabilities capabilities;
  };
  base::Path file_;
  std::int64_t now_;
  std::map<std::string, Entry> entries_;
  bool changed_ = false;
};

}  // namespace genkai::model
