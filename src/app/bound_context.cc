// genkai bound context: what the length of a text costs, dilutes, and leaves unpractised.

#include "app/bound_context.h"

#include <CLI/CLI.hpp>

#include <memory>

#include "app/bound_family.h"

namespace genkai::app {
namespace {

using Arguments = std::shared_ptr<ContextArguments>;

CLI::Validator at_least(double least) {
  return CLI::Range(least, 1e15);
}
void add_distances(CLI::App& part, const Arguments& a) {
  part.add_option("--at", a->distances, "Distances to report: 1000,4000")
      ->delimiter(',')
      ->check(CLI::NonNegativeNumber);
}

void add_positions(CLI::App& part, const Arguments& a) {
  auto* table = part.add_option("lengths", a->lengths,
                                "Tokens of a document a line, or tokens<TAB>documents; - is standard input")
                    ->type_name("FILE");
  part.add_option("--corpus", a->corpus, "Documents as genkai ingest reads them; tokens are estimated")
      ->type_name("PATH")
      ->excludes(table);
  part.add_option("--window", a->window, "Longest sequence that is trained on; what is longer is cut")
      ->check(at_least(1));
  part.add_flag("--packed", a->packed, "Documents are joined into full windows, attention crosses borders");
  part.add_option("--share", a->share, "Of the practice at distance 0, to look for")
      ->check(CLI::Range(1e-12, 1.0))
      ->capture_default_str();
  add_distances(part, a);
}
void add_crowding(CLI::App& part, const Arguments& a) {
  part.add_option("--tokens", a->tokens, "Keys that a query sees; gives the margin that is needed")
      ->check(at_least(2));
  part.add_option("--margin", a->margin, "Of logits; gives the most keys that it carries")
      ->check(CLI::NonNegativeNumber);
  part.add_option("--weight", a->weight, "Of the attention that the relevant keys are to get together")
      ->capture_default_str();
  part.add_option("--relevant", a->relevant, "Keys that are")->check(at_least(1))->capture_default_str();
  part.add_option("--scaled-from", a->scaled_from, "Logits are scaled by ln N / ln of this from there on")
      ->check(at_least(2));
}
void add_encoding(CLI::App& part, const Arguments& a) {
  part.add_option("--encoding", a->encoding, "Of positions")
      ->check(CLI::IsMember({"rope", "sinusoidal", "alibi"}))
      ->capture_default_str();
  part.add_option("--size", a->size, "Of a head (rope), or the model's width (sinusoidal)")
      ->check(at_least(2))
      ->capture_default_str();
  part.add_option("--base", a->base, "Of the angles")->capture_default_str();
  part.add_option("--stretch", a->stretch, "Positions are divided by this (interpolation)")
      ->check(at_least(1));
  part.add_option("--heads", a->heads, "Of alibi")->check(at_least(1))->capture_default_str();
  part.add_option("--trained", a->trained, "Length in tokens; tells the pairs that never turned once")
      ->check(at_least(1));
  part.add_option("--share", a->share, "Of the strength at distance 0, to look for")
      ->check(CLI::Range(1e-12, 1.0))
      ->capture_default_str();
  add_distances(part, a);
}
void add_cost(CLI::App& part, const Arguments& a) {
  part.add_option("--tokens", a->tokens, "Of context")->required()->check(at_least(1));
  part.add_option("--layers", a->layers, "Of the decoder")->check(at_least(1))->capture_default_str();
  part.add_option("--width", a->width, "Of the model")->check(at_least(1))->capture_default_str();
  part.add_option("--heads", a->heads, "Of queries")->required()->check(at_least(1));
  part.add_option("--kv-heads", a->kv_heads, "Of keys and values; by default as many as of queries")
      ->check(at_least(1));
  part.add_option("--head-size", a->head_size, "By default width / heads")->check(at_least(1));
  part.add_option("--hidden", a->hidden, "Of the feed-forward layer; by default 4 x width")
      ->check(at_least(1));
  part.add_option("--vocabulary", a->vocabulary, "Tokens")->check(at_least(1))->capture_default_str();
  for (auto [name, value, what] : {std::tuple{"--weights", &a->weights, "Numbers of the weights"},
                                   std::tuple{"--cache", &a->cache, "Numbers of the cache"}})
    part.add_option(name, *value, what)
        ->check(CLI::IsMember({"fp32", "fp16", "bf16", "fp8", "int8", "int4"}))
        ->capture_default_str();
  part.add_flag("--two-matrices", a->two_matrices, "A feed-forward layer without a gate");
  part.add_flag("--tied", a->tied, "The output shares the embedding");
}
void add_effective(CLI::App& part, const Arguments& a) {
  auto* half =
      part.add_option("--half", a->half, "Tokens after which the score is half")->check(at_least(1e-9));
  part.add_option("--at-start", a->at_start, "Score at no distance")->needs(half)->capture_default_str();
  part.add_option("--target", a->target, "Score that is wanted")->needs(half)->capture_default_str();
  part.add_option("--trained", a->trained, "Length in tokens, for the rule of thumb")
      ->check(at_least(1))
      ->excludes(half);
  part.add_option("--share", a->usual, "Of the trained length that usually serves")->capture_default_str();
}

void check_positions(const ContextArguments& a) {
  if (a.lengths.empty() == a.corpus.empty()) throw CLI::RequiredError("FILE, or --corpus,");
  if (a.packed && a.window == 0) throw CLI::RequiredError("--window with --packed");
}
void check_crowding(const ContextArguments& a) {
  if (!a.tokens && !a.margin) throw CLI::RequiredError("--tokens, --margin, or both,");
}
void check_effective(const ContextArguments& a) {
  if (!a.half && a.trained == 0) throw CLI::RequiredError("--half, or --trained,");
}
void check_nothing(const ContextArguments&) {}

constexpr BoundPart<ContextArguments> kContext[] = {
    {"positions", "How often training shows each distance, from the lengths of its documents", add_positions,
     check_positions, positions_sheet},
    {"crowding", "What a relevant key must stand out by among N, and the N that a margin carries",
     add_crowding, check_crowding, crowding_sheet},
    {"encoding", "What the position encoding alone leaves of a match at a distance", add_encoding,
     check_nothing, encoding_sheet},
    {"cost", "Operations and bytes of N tokens of context for an architecture", add_cost, check_nothing,
     context_cost_sheet},
    {"effective", "What of a stated context can be counted on", add_effective, check_effective,
     effective_sheet},
};

}  // namespace

void add_context_bounds(CLI::App& verb, Action& run) {
  CLI::App* limit = verb.add_subcommand("context", "What a long text costs, dilutes and leaves unpractised");
  limit->require_subcommand(1);
  limit->footer("Each bound states what it holds under and where it comes from (docs/limits/context.md).");
  add_parts<ContextArguments>(*limit, kContext, run);
}

}  // namespace genkai::app
