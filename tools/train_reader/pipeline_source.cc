// Evidence as the main path gathers it: interpret, gather, vet, pack.

#include <numeric>
#include <unordered_map>
#include <unordered_set>

#include "evidence_source.h"
#include "knowledge/document/document.h"
#include "knowledge/store/knowledge_base.h"
#include "limits/context/guard.h"
#include "limits/retrieval/guard.h"

namespace genkai::tools {
namespace {

using knowledge::KnowledgeBase;
using knowledge::KnowledgeView;

constexpr std::size_t kGroups = 4;  // articles that are left out together

/// A view in which some passages count as deleted.
class WithoutPassages final : public KnowledgeView {
 public:
  WithoutPassages(const KnowledgeView& whole, const std::vector<core::PassageId>& hidden)
      : whole_(whole), deleted_([&whole, &hidden](core::PassageId id) {
          return std::find(hidden.begin(), hidden.end(), id) != hidden.end() ||
                 (whole.deleted() && whole.deleted()(id));
        }) {}
  const knowledge::LexicalIndex& lexical() const override { return whole_.lexical(); }
  const knowledge::VectorIndex& vectors() const override { return whole_.vectors(); }
  const knowledge::Embedder& embedder() const override { return whole_.embedder(); }
  const core::Deleted& deleted() const override { return deleted_; }
  base::Result<std::vector<core::Passage>> passages(std::span<const core::PassageId> ids) const override {
    std::vector<core::PassageId> shown;
    for (const auto id : ids)
      if (!deleted_(id)) shown.push_back(id);
    return whole_.passages(shown);
  }
  std::vector<SectionRange> sections(std::span<const core::PassageId> ids) const override {
    return whole_.sections(ids);
  }
  std::size_t passage_count() const override { return whole_.passage_count(); }
  base::Result<knowledge::DocumentList> documents(const knowledge::DocumentQuery& query) const override {
    return whole_.documents(query);  // whole, the hidden passages too: only the search is kept from them
  }
  base::Result<knowledge::StoredDocument> document(std::string_view id) const override {
    return whole_.document(id);
  }

 private:
  const KnowledgeView& whole_;
  core::Deleted deleted_;
};

struct Knowledge {
  std::unique_ptr<KnowledgeBase> base;
  std::shared_ptr<const KnowledgeView> view;
  std::unordered_map<std::size_t, std::vector<core::PassageId>> passages;  // of each context
};

class PipelineSource final : public EvidenceSource {
 public:
  PipelineSource(const LabelledData& data, std::size_t first_distractor)
      : data_(data), first_distractor_(first_distractor) {}

  base::Status fill() {
    const auto labelled = [&](std::size_t c) { return c < first_distractor_; };
    const auto group = [&](std::size_t c) { return data_.contexts[c].article % kGroups; };
    GENKAI_ASSIGN_OR_RETURN(everything_, make(labelled));
    GENKAI_ASSIGN_OR_RETURN(crowded_, make([](std::size_t) { return true; }));
    for (std::size_t g = 0; g < kGroups; ++g) {
      GENKAI_ASSIGN_OR_RETURN(Knowledge less,
                              make([&](std::size_t c) { return labelled(c) && group(c) != g; }));
      without_.push_back(std::move(less));
    }
    // Of the crowded one, half of the articles are left out at a time: it is mostly distractors.
    for (std::size_t g = 0; g < 2; ++g) {
      GENKAI_ASSIGN_OR_RETURN(Knowledge less,
                              make([&](std::size_t c) { return !labelled(c) || group(c) % 2 != g; }));
      crowded_without_.push_back(std::move(less));
    }
    for (std::size_t a = 0; a < data_.articles; ++a) {
      GENKAI_ASSIGN_OR_RETURN(
          Knowledge own, make([&](std::size_t c) { return labelled(c) && data_.contexts[c].article == a; }));
      articles_.push_back(std::move(own));
    }
    const knowledge::Embedder& embedder = everything_.view->embedder();
    similarity_ = [&embedder](std::string_view a, std::string_view b) {
      std::vector<float> one(embedder.dimension()), other(embedder.dimension());
      if (!embedder.embed(a, one.data()) || !embedder.embed(b, other.data())) return 0.0F;
      return std::inner_product(one.begin(), one.end(), other.begin(), 0.0F);
    };
    return {};
  }

  std::vector<core::Evidence> gather(core::Interpretation& question, const LabelledQuestion* labelled,
                                     Kind kind, std::size_t k, bool with_titles) const override {
    const Knowledge& knowledge = of(kind, labelled);
    const bool near = kind == Kind::without_context || kind == Kind::own_without_context;
    const std::vector<core::PassageId> none;
    const auto hidden = near ? knowledge.passages.find(labelled->context) : knowledge.passages.end();
    const WithoutPassages view(*knowledge.view, hidden == knowledge.passages.end() ? none : hidden->second);
    core::Trace trace;
    const core::Question asked{"", question.text, ""};
    question = limits::retrieval::interpret(asked, view, trace).front();
    auto found = limits::retrieval::gather(view, question, {}, trace);
    if (!found) return {};
    limits::retrieval::vet(found->evidence, question, asked, trace);
    limits::context::Budget budget;
    budget.passages = k;
    auto evidence = limits::context::pack(std::move(found->evidence), question, budget, trace);
    if (!with_titles)
      for (core::Evidence& own : evidence) own.passage.document.title.clear();
    return evidence;
  }
  const model::Similarity& similarity() const override { return similarity_; }

 private:
  const Knowledge& of(Kind kind, const LabelledQuestion* labelled) const {
    const std::size_t group = labelled ? labelled->article % kGroups : 0;
    if (!labelled) return everything_;
    switch (kind) {
      case Kind::everything:
      case Kind::without_context:
        return everything_;
      case Kind::without_article:
        return without_[group];
      case Kind::own_article:
      case Kind::own_without_context:
        return articles_[labelled->article];
      case Kind::crowded:
        return crowded_;
      case Kind::crowded_without_article:
        return crowded_without_[group % 2];
    }
    return everything_;
  }

  template <class Chosen>
  base::Result<Knowledge> make(const Chosen& chosen) const {
    Knowledge made;
    knowledge::OpenOptions options;
    options.create = options.in_memory = true;
    GENKAI_ASSIGN_OR_RETURN(made.base, KnowledgeBase::open({}, options));
    for (std::size_t c = 0; c < data_.contexts.size(); ++c) {
      if (!chosen(c)) continue;
      knowledge::ParsedDocument document;
      document.info.id = "context-" + std::to_string(c);
      document.info.source = "article-" + std::to_string(data_.contexts[c].article);
      document.info.title = data_.contexts[c].title;
      knowledge::Block block;
      block.text = data_.contexts[c].text;
      document.blocks.push_back(std::move(block));
      GENKAI_RETURN_IF_ERROR(made.base->add(document));
    }
    GENKAI_RETURN_IF_ERROR(made.base->commit());
    GENKAI_ASSIGN_OR_RETURN(made.view, made.base->view());
    std::vector<core::PassageId> ids(made.view->passage_count() + 8);
    std::iota(ids.begin(), ids.end(), core::PassageId{0});
    GENKAI_ASSIGN_OR_RETURN(const auto passages, made.view->passages(ids));
    for (const core::Passage& passage : passages)
      made.passages[std::strtoul(passage.document.id.c_str() + std::string_view("context-").size(), nullptr,
                                 10)]
          .push_back(passage.id);
    return made;
  }

  const LabelledData& data_;
  std::size_t first_distractor_;
  Knowledge everything_, crowded_;
  std::vector<Knowledge> without_, crowded_without_, articles_;
  model::Similarity similarity_;
};

}  // namespace

base::Result<std::unique_ptr<EvidenceSource>> make_pipeline_source(const LabelledData& data,
                                                                   std::size_t first_distractor) {
  auto source = std::make_unique<PipelineSource>(data, first_distractor);
  GENKAI_RETURN_IF_ERROR(source->fill());
  return source;
}

}  // namespace genkai::tools
