#include "large_base.h"

#include <cstdio>

#include "base/progress.h"
#include "base/rng.h"
#include "text/text.h"

namespace genkai::bench {
namespace {

using knowledge::Block;
using knowledge::ParsedDocument;

constexpr std::size_t kPassagesPerDocument = 8;

// Sentences of real documents, to mix more text from.
class SentencePool {
 public:
  void add(const std::string& text) {
    if (sentences_.size() >= 400'000) return;
    for (const auto& span : text::split_sentences(text)) {
      const auto sentence = span.of(text);
      if (sentence.size() > 40 && sentence.size() < 400) sentences_.emplace_back(sentence);
    }
  }
  ParsedDocument mix(std::size_t number, base::Rng& rng) const {
    ParsedDocument document;
    document.info.id = "mixed-" + std::to_string(number);
    document.info.title = "mixed text " + std::to_string(number);
    for (std::size_t p = 0; p < kPassagesPerDocument; ++p) {
      Block block;
      while (text::estimate_tokens(block.text) < 90)
        block.text += sentences_[rng.below(sentences_.size())] + " ";
      document.blocks.push_back(std::move(block));
    }
    return document;
  }
  bool empty() const { return sentences_.empty(); }

 private:
  std::vector<std::string> sentences_;
};

}  // namespace

base::Status fill_large_base(knowledge::KnowledgeBase& kb, const std::vector<const Squad*>& sets,
                             const std::vector<std::string>& folders, std::size_t wanted) {
  SentencePool pool;
  for (const Squad* squad : sets) {
    GENKAI_RETURN_IF_ERROR(add_contexts(kb, *squad));
    for (const auto& context : squad->contexts) pool.add(context.text);
  }
  GENKAI_ASSIGN_OR_RETURN(auto info, kb.info());
  if (info.passages < wanted) {
    GENKAI_RETURN_IF_ERROR(
        add_other_passages(kb, folders, wanted - info.passages, [&](const ParsedDocument& document) {
          for (const auto& block : document.blocks) pool.add(block.text);
        }).map([](std::size_t) {}));
  }
  GENKAI_ASSIGN_OR_RETURN(info, kb.info());
  const std::uint64_t real = info.passages;
  base::Rng rng(2026);
  base::Progress progress("mixing", wanted - std::min<std::uint64_t>(real, wanted));
  std::uint64_t passages = real;
  for (std::size_t number = 0; passages < wanted && !pool.empty(); ++number) {
    const ParsedDocument document = pool.mix(number, rng);
    std::size_t size = 0;
    for (const auto& section : knowledge::split(document)) size += section.passages.size();
    GENKAI_RETURN_IF_ERROR(kb.add(document));
    passages += size;
    progress.advance(size);
  }
  GENKAI_RETURN_IF_ERROR(kb.commit());
  std::printf("  %llu passages, of which %llu of real text and %llu mixed\n",
              static_cast<unsigned long long>(passages), static_cast<unsigned long long>(real),
              static_cast<unsigned long long>(passages - real));
  return {};
}

}  // namespace genkai::bench
