#pragma once
// One thing under several spellings: models write Tumpus and Tumpuses, blue_book and Blue book.
//
//   Names names;
//   names.declare("Tumpuses");
//   names.find("Tumpus")          // the same number: they differ in the plural only

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace genkai::logic::solve {

/// Equal for spellings that differ in case, in _ - and blanks, or by an English plural ending.
std::string name_key(std::string_view name);

/// Names numbered in the order in which they are first seen. Not thread-safe.
class Names {
 public:
  struct Found {
    std::size_t number = 0;
    bool fresh = false;   // first seen now
    bool merged = false;  // spelled otherwise than before
  };
  /// The number of `name` or of its other spelling; a new one where neither is known. `kind` keeps apart what
  /// is never the same, such as predicates of different arity.
  Found intern(const std::string& name, std::size_t kind = 0);
  /// Like intern, but never adds; a spelling that fits several names fits none.
  std::optional<Found> find(const std::string& name) const;
  /// A name of its own even where another has the same key; nothing when it is there already.
  std::optional<std::size_t> declare(const std::string& name);
  const std::string& operator[](std::size_t number) const { return spellings_[number]; }
  std::size_t size() const { return spellings_.size(); }
  /// The name with the fewest edits to `name`, at most two; empty without.
  std::string nearest(const std::string& name) const;

 private:
  std::vector<std::string> spellings_;
  std::map<std::pair<std::string, std::size_t>, std::size_t> exact_;
  std::map<std::pair<std::string, std::size_t>, std::vector<std::size_t>> by_key_;
};

}  // namespace genkai::logic::solve
