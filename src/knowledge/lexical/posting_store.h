#pragma once
// Postings in memory, as they are collected: a hash table of terms, each with a chain of small byte slices in
// an arena. Behind SegmentBuilder and Memtable. Not thread-safe.
//
//   PostingStore store;
//   store.add(7, terms);
//   if (const PostingStore::Term* term = store.find("cat")) store.read(*term, docs, frequencies);

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/file.h"
#include "base/result.h"
#include "core/passage.h"

namespace genkai::knowledge::lexical {

/// Memory that is freed all at once.
class Arena {
 public:
  /// 8-byte aligned.
  char* allocate(std::size_t size);
  std::size_t bytes() const { return bytes_; }

 private:
  std::vector<std::unique_ptr<char[]>> blocks_;
  char* next_ = nullptr;
  std::size_t left_ = 0;
  std::size_t bytes_ = 0;
};

class PostingStore {
 public:
  struct Term {
    const char* text = nullptr;
    std::uint32_t text_size = 0;
    std::uint32_t hash = 0;
    char* head = nullptr;  // first slice; a full slice ends with the pointer to the next
    char* write = nullptr;
    char* end = nullptr;          // of the writable part of the last slice
    std::uint32_t count = 0;      // postings, the pending one included
    std::uint32_t written = ~0U;  // last document in the slices
    std::uint32_t pending = 0;    // document whose frequency still grows
    std::uint32_t pending_count = 0;
    std::string_view view() const { return {text, text_size}; }
  };

  PostingStore();
  /// REQUIRES: ids increase. An id that does not is left out and remembered: write() then fails.
  void add(core::PassageId id, std::span<const std::string> terms);
  const Term* find(std::string_view term) const;
  /// Appends the postings of a term: local numbers (id - first_id()) and frequencies.
  void read(const Term& term, std::vector<std::uint32_t>& documents,
            std::vector<std::uint32_t>& frequencies) const;

  core::PassageId first_id() const { return first_; }
  /// By local number; 0 for an id that was not added.
  const std::vector<std::uint16_t>& lengths() const { return lengths_; }
  std::size_t passages() const { return passages_; }
  std::uint64_t tokens() const { return tokens_; }
  std::size_t memory_bytes() const;
  base::Status write(const base::Path& path) const;

 private:
  Term& find_or_add(std::string_view term, std::uint32_t hash);
  void grow();
  void flush(Term& term);
  void put(Term& term, std::uint64_t value);

  Arena arena_;
  std::vector<Term> terms_;
  std::vector<std::uint32_t> slots_;   // index into terms_ plus 1; 0 is free
  std::vector<std::uint32_t> hashes_;  // of the passage being added
  std::vector<std::uint16_t> lengths_;
  core::PassageId first_ = 0;
  std::size_t passages_ = 0;
  std::uint64_t tokens_ = 0;
  bool in_order_ = true;
};

}  // namespace genkai::knowledge::lexical
