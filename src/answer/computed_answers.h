#pragma once
// Answers that are computed: the main path's side of limits/reasoning/programs.
//
//   const auto computed = co_await compute_answers(model, meaning, evidence, drafting, parts, *replies,
//   trace);
//   ... drafts, checked ...
//   overrule(drafts, computed, trace);

#include <cstddef>
#include <optional>
#include <string_view>

#include "answer/model_drafts.h"
#include "base/thread_pool.h"
#include "limits/reasoning/programs/programs.h"

namespace genkai::answer {

using limits::reasoning::programs::Computed;

struct ComputeOptions {
  std::size_t programs = 4;                         // that vote; 0: none are asked for
  limits::reasoning::programs::RunPython python{};  // none: expressions only
  base::ThreadPool* pool = nullptr;
};

/// Programs from the passages that were shown before. Nothing when the question asks for no computed value,
/// when nothing was shown, or when the model failed (the trace says so). Adds what it cost to `replies`.
base::Task<std::optional<Computed>> compute_answers(model::LanguageModel& model,
                                                    const core::Interpretation& meaning,
                                                    const std::vector<core::Evidence>& evidence,
                                                    const DraftOptions& drafting, ComputeOptions options,
                                                    ModelReplies& replies, core::Trace& trace);

/// Samples that programs may take at most, repairs included; 0 of a question that asks for no computed value.
std::size_t calls_of_programs(std::string_view question, std::size_t count);

}  // namespace genkai::answer
