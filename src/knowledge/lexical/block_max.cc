#include "knowledge/lexical/block_max.h"

#include <algorithm>
#include <array>

#include "knowledge/lexical/block_kernels.h"
#include "knowledge/lexical/posting_cursor.h"

namespace genkai::knowledge::lexical {
namespace {

constexpr std::uint32_t kFirstWindow = 256;  // small, because nothing can be skipped before the top k is full
constexpr std::uint32_t kWindow = 4096;
constexpr std::size_t kBlocksToBound =
    8;  // with more blocks in a window, the bound of the whole list is as good

struct Candidate {
  std::uint32_t document;
  std::uint32_t score;
};

/// One term of the query in this segment.
class Clause {
 public:
  Clause(float weight, const PostingList& list, const SegmentReader& segment, const Norm& norm)
      : weight_(weight), norm_(norm), lengths_(segment.lengths()), cursor_(list, segment.span()) {
    if (list.blocked()) {
      whole_ = bound(weight, list.best(), norm);
      return;
    }
    for (const std::uint32_t part : cursor_.load() ? parts() : std::span<const std::uint32_t>())
      whole_ = std::max(whole_, part);
  }

  std::size_t count() const { return cursor_.list().count; }
  std::uint32_t window_bound() const { return window_bound_; }

  /// Bounds the parts of documents in [begin, end).
  void enter_window(std::uint32_t begin, std::uint32_t end) {
    window_bound_ = 0;
    cursor_.seek_block(begin);
    if (cursor_.at_end()) return;
    const PostingList& list = cursor_.list();
    if (!list.blocked()) {
      const auto documents = cursor_.documents();
      while (position_ < documents.size() && documents[position_] < begin) ++position_;
      for (std::size_t i = position_; i < documents.size() && documents[i] < end; ++i)
        window_bound_ = std::max(window_bound_, parts_[i]);
      return;
    }
    for (std::size_t block = cursor_.block();; ++block) {
      if (block == cursor_.block() + kBlocksToBound) {
        window_bound_ = whole_;
        return;
      }
      window_bound_ = std::max(window_bound_, block_bound(block));
      if (block + 1 >= cursor_.blocks() || list.last(block) + 1 >= end) return;
    }
  }

  /// Calls visit(document, part) for each document in [begin, end).
  template <class Visit>
  void visit_window(std::uint32_t begin, std::uint32_t end, Visit visit) {
    for (cursor_.seek_block(begin); cursor_.load(); cursor_.next_block()) {
      const auto documents = cursor_.documents();
      const auto values = parts();
      const std::size_t from = documents.front() >= begin ? 0 : cursor_.count_below(begin);
      const bool more = documents.back() >= end;
      const std::size_t to = more ? cursor_.count_below(end) : documents.size();
      for (std::size_t i = from; i < to; ++i) visit(documents[i], values[i]);
      if (more) return;
    }
  }

  /// Adds this term's parts to candidates (by increasing document) and drops those that cannot reach
  /// `needed`, when all terms still to come add at most `rest`.
  void complete(std::vector<Candidate>& candidates, std::uint32_t rest, std::uint32_t needed) {
    std::size_t kept = 0;
    for (Candidate candidate : candidates) {
      cursor_.seek_block(candidate.document);
      const bool blocked = cursor_.list().blocked() && !cursor_.at_end();
      if (blocked && candidate.score + block_bound(cursor_.block()) + rest < needed) continue;
      if (const std::uint32_t frequency = cursor_.frequency_of(candidate.document); frequency > 0)
        candidate.score += part(weight_, static_cast<float>(frequency),
                                norm_(static_cast<float>(lengths_[candidate.document])));
      if (candidate.score + rest >= needed) candidates[kept++] = candidate;
    }
    candidates.resize(kept);
  }

 private:
  std::uint32_t block_bound(std::size_t block) {
    if (block != bounded_block_) {
      bounded_block_ = block;
      block_bound_ = bound(weight_, cursor_.list().meta(block).best, norm_);
    }
    return block_bound_;
  }

  /// Of the loaded block.
  std::span<const std::uint32_t> parts() {
    const auto documents = cursor_.documents();
    if (parts_block_ != cursor_.block()) {
      parts_block_ = cursor_.block();
      const auto frequencies = cursor_.frequencies();
      for (std::size_t i = 0; i < documents.size(); ++i) block_lengths_[i] = lengths_[documents[i]];
      score_block(weight_, norm_, frequencies.data(), block_lengths_.data(), parts_.data());
    }
    return {parts_.data(), documents.size()};
  }

  float weight_;
  Norm norm_;
  const std::uint16_t* lengths_;
  std::uint32_t whole_ = 0, window_bound_ = 0, block_bound_ = 0;
  std::size_t bounded_block_ = ~std::size_t{0}, parts_block_ = ~std::size_t{0};
  std::size_t position_ = 0;  // in a list without blocks
  PostingCursor cursor_;
  alignas(32) std::array<std::uint32_t, kBlockSize> block_lengths_{};
  alignas(32) std::array<std::uint32_t, kBlockSize> parts_{};
};

class Search {
 public:
  Search(const SegmentReader& segment, std::size_t index, const QueryPlan& plan, const Deleted& deleted,
         TopK& top)
      : segment_(segment), deleted_(deleted), top_(top) {
    clauses_.reserve(plan.terms.size());
    for (const QueryPlan::Term& term : plan.terms)
      if (term.lists[index].count > 0)
        clauses_.emplace_back(term.weight, term.lists[index], segment, plan.norm);
    for (Clause& clause : clauses_) order_.push_back(&clause);
  }

  void run() {
    std::uint32_t size = kFirstWindow;
    for (std::uint32_t begin = 0; begin < segment_.span() && !clauses_.empty(); begin += size) {
      if (begin >= 2 * size && size < kWindow) size *= 2;
      window(begin, std::min(begin + size, segment_.span()));
    }
  }

 private:
  void window(std::uint32_t begin, std::uint32_t end) {
    const std::uint32_t needed = top_.needed(segment_.first_id() + begin);
    std::uint32_t total = 0;
    for (Clause* clause : order_) {
      clause->enter_window(begin, end);
      total += clause->window_bound();
    }
    if (total < needed) return;
    // The optional terms are those with long lists and low bounds.
    std::sort(order_.begin(), order_.end(), [](const Clause* a, const Clause* b) {
      return std::uint64_t{a->window_bound()} * b->count() < std::uint64_t{b->window_bound()} * a->count();
    });
    std::size_t optional = 0;
    std::uint32_t rest = 0;
    while (optional < order_.size() && rest + order_[optional]->window_bound() < needed)
      rest += order_[optional++]->window_bound();
    collect(std::span(order_).subspan(optional), begin, end, rest, needed);
    // The highest bounds first, since they decide the most.
    std::sort(order_.begin(), order_.begin() + static_cast<std::ptrdiff_t>(optional),
              [](const Clause* a, const Clause* b) { return a->window_bound() > b->window_bound(); });
    for (std::size_t i = 0; i < optional && !candidates_.empty(); ++i) {
      rest -= order_[i]->window_bound();
      if (order_[i]->window_bound() > 0) order_[i]->complete(candidates_, rest, needed);
    }
    for (const Candidate& candidate : candidates_) {
      const PassageId id = segment_.first_id() + candidate.document;
      if (candidate.score >= top_.needed(id) && !(deleted_ && deleted_(id))) top_.push(id, candidate.score);
    }
  }

  /// Fills candidates_ with the documents of the window that `clauses` hold and that could still reach
  /// `needed`.
  void collect(std::span<Clause* const> clauses, std::uint32_t begin, std::uint32_t end, std::uint32_t rest,
               std::uint32_t needed) {
    candidates_.clear();
    const std::uint32_t size = end - begin;
    if (clauses.size() == 1) {
      clauses[0]->visit_window(begin, end, [&](std::uint32_t document, std::uint32_t part) {
        if (document - begin < size && part + rest >= needed) candidates_.push_back({document, part});
      });
      return;
    }
    for (Clause* clause : clauses) {
      if (clause->window_bound() == 0) continue;
      clause->visit_window(begin, end, [&](std::uint32_t document, std::uint32_t part) {
        const std::uint32_t at = document - begin;
        if (at >= size) return;  // in a damaged block, documents may not increase
        scores_[at] += part;
        found_[at / 64] |= std::uint64_t{1} << (at % 64);
      });
    }
    for (std::size_t word = 0; word * 64 < size; ++word) {
      for (std::uint64_t bits = std::exchange(found_[word], 0); bits != 0; bits &= bits - 1) {
        const auto at =
            static_cast<std::uint32_t>(word * 64) + static_cast<std::uint32_t>(std::countr_zero(bits));
        const std::uint32_t score = std::exchange(scores_[at], 0);
        if (score + rest >= needed) candidates_.push_back({begin + at, score});
      }
    }
  }

  const SegmentReader& segment_;
  const Deleted& deleted_;
  TopK& top_;
  std::vector<Clause> clauses_;
  std::vector<Clause*> order_;
  std::vector<Candidate> candidates_;
  std::array<std::uint32_t, kWindow> scores_{};
  std::array<std::uint64_t, kWindow / 64> found_{};
};

}  // namespace

void search_segment(const SegmentReader& segment, std::size_t index, const QueryPlan& plan,
                    const Deleted& deleted, TopK& top) {
  Search(segment, index, plan, deleted, top).run();
}

}  // namespace genkai::knowledge::lexical
