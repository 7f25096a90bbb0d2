#pragma once
// What a model was asked and said: kept in a file, so that a probe that was stopped goes on where it was.
//
//   Replies replies(model_name, seed);
//   replies.read(text);                                  // of a file of an earlier run
//   if (!replies.find(key)) { ask; replies.add(reply); append(replies.line(reply)); }

#include <compare>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "base/json.h"
#include "model/language_model.h"

namespace genkai::model::asking {

struct ReplyKey {
  std::string part;  // why it was asked: a part of the probe
  std::string id;
  std::size_t wording = 0;
  auto operator<=>(const ReplyKey&) const = default;
};

struct Reply {
  ReplyKey key;
  std::string asked;  // a hash of what was asked: a question that was changed is another
  std::string text;
  std::string finish_reason{};
  std::optional<double> probability{};  // of the tokens of its answer
  Usage usage{};
};

/// The replies of one model under one seed.
class Replies {
 public:
  Replies(std::string model, std::uint64_t seed) : model_(std::move(model)), seed_(seed) {}
  /// Lines as `line` writes them; those of other models and seeds are left alone, malformed ones (the last
  /// may have been cut by a kill) are counted.
  void read(std::string_view jsonl);
  std::size_t malformed() const { return malformed_; }
  std::size_t size() const { return replies_.size(); }

  /// nullptr when it was not asked, or asked otherwise.
  const Reply* find(const ReplyKey& key, std::string_view asked) const;
  const Reply* find(const ReplyKey& key) const;
  void add(Reply reply);
  std::string line(const Reply& reply) const;
  Usage usage() const;
  /// The same replies less those that were asked otherwise than `asked` says; see fingerprint (ask.h).
  void keep(const std::map<ReplyKey, std::string>& asked);

 private:
  std::string model_;
  std::uint64_t seed_;
  std::map<ReplyKey, Reply> replies_;
  std::size_t malformed_ = 0;
};

}  // namespace genkai::model::asking
