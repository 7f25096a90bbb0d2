#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "app/bound_compute.h"
#include "app/bound_context.h"
#include "app/bound_facts.h"
#include "app/print.h"
#include "knowledge/document/document.h"
#include "limits/context/bound/bound.h"

namespace genkai::app {
namespace {

namespace bound = limits::context::bound;
using base::Json;
using base::Result;

Sheet sheet_of(const char* name, const ContextArguments& a, const core::Grounds& grounds) {
  Sheet sheet(name, message_language(a.language, ""));
  sheet.basis = grounds;
  return sheet;
}
double real(std::uint64_t value) {
  return static_cast<double>(value);
}
std::string count(double value) {
  return format(value, Unit::count);
}
std::string percent(double share) {
  return format(share, Unit::share);
}
double bytes_of(const std::string& type) {
  return type == "fp32" ? 4 : type == "int4" ? 0.5 : type == "int8" || type == "fp8" ? 1 : 2;
}
Result<std::vector<std::uint64_t>> distances_of(const ContextArguments& a) {
  std::vector<std::uint64_t> out;
  for (const double one : a.distances) {
    GENKAI_ASSIGN_OR_RETURN(out.emplace_back(), whole("--at", one));
  }
  return out;
}

// Of a corpus by the project's estimate of tokens.
Result<bound::Lengths> lengths_of(const ContextArguments& a, CorpusRead& read) {
  bound::Lengths lengths;
  if (!a.corpus.empty()) {
    GENKAI_ASSIGN_OR_RETURN(read, each_document(a.corpus, [&](const knowledge::ParsedDocument& document) {
                              std::uint64_t tokens = 0;
                              for (const auto& block : document.blocks)
                                tokens += text::estimate_tokens(block.text);
                              ++lengths[tokens];
                              return base::Status();
                            }));
    if (lengths.empty())
      return base::fail(base::Code::invalid_argument, "no file of the corpus could be read",
                        read.skipped.empty() ? "" : "skipped: " + read.skipped.front());
    return lengths;
  }
  GENKAI_RETURN_IF_ERROR(with_stream(a.lengths, [&](std::istream& in) -> base::Status {
    auto own = bound::read_lengths(in);
    if (!own) return base::fail(own.error());
    lengths = std::move(*own);
    return {};
  }));
  return lengths;
}

}  // namespace

Result<Sheet> positions_sheet(const ContextArguments& a) {
  CorpusRead read;
  GENKAI_ASSIGN_OR_RETURN(const bound::Lengths lengths, lengths_of(a, read));
  bound::Windows windows{0, a.packed};
  GENKAI_ASSIGN_OR_RETURN(windows.window, whole("--window", a.window));
  GENKAI_ASSIGN_OR_RETURN(auto distances, distances_of(a));
  GENKAI_ASSIGN_OR_RETURN(const bound::Practice practice, bound::position_frequency(lengths, windows));
  Sheet sheet = sheet_of("positions", a, practice.grounds);
  const double within = real(practice.within(a.share)), longest = real(practice.longest());
  sheet.figures = {
      {"within",
       sheet.say("practice falls below " + percent(a.share) + " at",
                 "練習量が" + percent(a.share) + "を下回る距離"),
       within, Unit::count, std::nullopt,
       sheet.say(percent(within / longest) + " of the longest", "最長の" + percent(within / longest))},
      {"longest", sheet.say("longest sequence", "最長の系列"), longest, Unit::count},
      {"beyond_half", sheet.say("pairs beyond half of it", "その半分より遠い組の割合"),
       practice.beyond(practice.longest() / 2)},
      {"sequences", sheet.say("sequences", "系列の数"), real(practice.sequences()), Unit::count},
      {"tokens", sheet.say("tokens", "トークン数"), practice.tokens(), Unit::count}};
  std::sort(distances.begin(), distances.end());
  Json curve = Json::array();
  for (const std::uint64_t d : distances) {
    sheet.figures.push_back(
        {"relative_" + std::to_string(d),
         sheet.say("f(" + count(real(d)) + ") / f(0)", "f(" + count(real(d)) + ") / f(0)"),
         practice.relative(d)});
  }
  constexpr int kSteps = 32;
  for (int i = 0; i <= kSteps; ++i) {
    const auto d = static_cast<std::uint64_t>(longest * i / kSteps);
    curve.push(
        Json::object({{"distance", d}, {"frequency", practice.at(d)}, {"relative", practice.relative(d)}}));
  }
  sheet.details.emplace_back("curve", std::move(curve));
  sheet.meaning =
      sheet.say(fmt::format("A pair {} tokens apart is practised less than {} as often as neighbours are.",
                            count(within), percent(a.share)),
                fmt::format("{}トークン離れた組が練習される回数は、隣り合う組の{}未満です。", count(within),
                            percent(a.share)));
  if (!a.corpus.empty()) {
    sheet.basis.assumptions.push_back(
        {"Tokens are estimated from the text; a tokenizer of its own counts otherwise.",
         "トークン数は文章からの推定で、実際のトークナイザーとは異なります。"});
    sheet.details.emplace_back("files", read.files);
    sheet.details.emplace_back("skipped", read.skipped.size());
    note_skipped(read.skipped, sheet);
  }
  return sheet;
}

Result<Sheet> crowding_sheet(const ContextArguments& a) {
  bound::Crowd crowd{.weight = a.weight};
  GENKAI_ASSIGN_OR_RETURN(crowd.tokens, whole("--tokens", a.tokens.value_or(0)));
  GENKAI_ASSIGN_OR_RETURN(crowd.relevant, whole("--relevant", a.relevant));
  GENKAI_ASSIGN_OR_RETURN(crowd.scaled_from, whole("--scaled-from", a.scaled_from));
  bound::Crowd plain = crowd;
  plain.scaled_from = 0;
  Sheet sheet = sheet_of("crowding", a, {});
  if (a.tokens) {
    GENKAI_ASSIGN_OR_RETURN(const bound::Crowding out, bound::crowding(crowd));
    sheet.basis = out.grounds;
    sheet.figures.push_back(
        {"margin",
         sheet.say("margin needed among " + count(*a.tokens), count(*a.tokens) + "個の中で必要な差"),
         out.margin, Unit::number});
    if (crowd.scaled_from > 0) {
      GENKAI_ASSIGN_OR_RETURN(const bound::Crowding unscaled, bound::crowding(plain));
      sheet.figures.push_back({"margin_unscaled", sheet.say("without scaling", "スケーリングなし"),
                               unscaled.margin, Unit::number});
    }
    sheet.meaning = sheet.say(
        fmt::format("To get {} of the attention, the relevant key's logit must exceed the others by {:.3g}.",
                    percent(a.weight), out.margin),
        fmt::format("注意の{}を得るには、関連するキーのロジットが他より{:.3g}以上大きい必要があります。",
                    percent(a.weight), out.margin));
  }
  if (a.margin) {
    GENKAI_ASSIGN_OR_RETURN(const bound::Longest out, bound::longest_for(*a.margin, crowd));
    sheet.basis = out.grounds;
    const std::string label =
        sheet.say(fmt::format("N* of a margin of {:.4g}", *a.margin), fmt::format("差{:.4g}のN*", *a.margin));
    if (out.tokens)
      sheet.figures.push_back({"longest", label, real(*out.tokens), Unit::count});
    else
      sheet.notes.push_back(sheet.say("No length dilutes a margin of this size below the wanted weight.",
                                      "この差なら、どれだけ長くても重みは目標を下回りません。"));
    sheet.details.emplace_back("unlimited", !out.tokens.has_value());
    if (crowd.scaled_from > 0) {
      GENKAI_ASSIGN_OR_RETURN(const bound::Longest unscaled, bound::longest_for(*a.margin, plain));
      sheet.figures.push_back({"longest_unscaled", sheet.say("without scaling", "スケーリングなし"),
                               real(unscaled.tokens.value_or(0)), Unit::count});
    }
    if (a.tokens) {
      GENKAI_ASSIGN_OR_RETURN(const double weight, bound::weight_of(*a.margin, crowd));
      GENKAI_ASSIGN_OR_RETURN(const double unscaled, bound::weight_of(*a.margin, plain));
      sheet.figures.push_back(
          {"weight", sheet.say("its weight among " + count(*a.tokens), count(*a.tokens) + "個の中での重み"),
           weight});
      if (crowd.scaled_from > 0)
        sheet.figures.push_back(
            {"gives_back", sheet.say("of it by the scaling", "うちスケーリングによる分"), weight - unscaled});
    }
  }
  return sheet;
}

Result<Sheet> encoding_sheet(const ContextArguments& a) {
  GENKAI_ASSIGN_OR_RETURN(auto distances, distances_of(a));
  if (a.encoding == "alibi") {
    GENKAI_ASSIGN_OR_RETURN(const std::uint64_t heads, whole("--heads", a.heads));
    GENKAI_ASSIGN_OR_RETURN(const bound::Slopes out, bound::alibi(heads));
    Sheet sheet = sheet_of("encoding", a, out.grounds);
    const auto flattest =
        static_cast<std::size_t>(std::min_element(out.slopes.begin(), out.slopes.end()) - out.slopes.begin());
    const double reach = out.reach(flattest, a.share);
    sheet.figures = {{"reach",
                      sheet.say("the farthest head falls below " + percent(a.share) + " at",
                                "最も遠くまで届くヘッドが" + percent(a.share) + "を下回る距離"),
                      reach, Unit::number},
                     {"reach_first", sheet.say("the nearest head", "最も近いヘッド"), out.reach(0, a.share),
                      Unit::number}};
    for (const std::uint64_t d : distances)
      sheet.figures.push_back(
          {"factor_" + std::to_string(d),
           sheet.say("farthest head's factor at ", "最も遠いヘッドの係数、距離") + count(real(d)),
           std::exp(-out.slopes[flattest] * real(d))});
    Json slopes = Json::array();
    for (const double slope : out.slopes) slopes.push(slope);
    sheet.details.emplace_back("slopes", std::move(slopes));
    sheet.meaning = sheet.say(
        fmt::format("Beyond {:.4g} tokens no head gives an equal match {} of the weight of a near one.",
                    reach, percent(a.share)),
        fmt::format("{:.4g}トークンより遠い同等の一致には、どのヘッドも近いものの{}の重みを与えません。",
                    reach, percent(a.share)));
    return sheet;
  }
  bound::Rotation rotation{.base = a.base, .stretch = a.stretch};
  GENKAI_ASSIGN_OR_RETURN(rotation.size, whole("--size", a.size));
  GENKAI_ASSIGN_OR_RETURN(const std::uint64_t trained, whole("--trained", a.trained));
  GENKAI_ASSIGN_OR_RETURN(const bound::Decay out, a.encoding == "rope"
                                                      ? bound::rotary(rotation, trained)
                                                      : bound::sinusoidal(rotation, trained));
  Sheet sheet = sheet_of("encoding", a, out.grounds);
  const std::uint64_t first = out.first_below(a.share);
  if (first > 0)
    sheet.figures.push_back({"first_below",
                             sheet.say("A(d) first falls below " + percent(a.share) + " at",
                                       "A(d)が初めて" + percent(a.share) + "を下回る距離"),
                             real(first), Unit::count});
  else
    sheet.notes.push_back(sheet.say("A(d) stays above the share up to a million tokens.",
                                    "A(d)は100万トークンまで指定の割合を下回りません。"));
  if (trained > 0) {
    sheet.figures.push_back(
        {"at_trained", sheet.say("A at the trained length", "学習長でのA"), out.at(trained), Unit::number});
    sheet.figures.push_back(
        {"incomplete", sheet.say("pairs that never turned once in training", "学習中に一回転しない組"),
         real(out.incomplete), Unit::count, std::nullopt,
         sheet.say("of " + count(real(out.pairs())), "全" + count(real(out.pairs())) + "組")});
  }
  sheet.figures.push_back({"longest_turn", sheet.say("a turn of the slowest pair", "最も遅い組の一回転"),
                           out.longest_turn, Unit::number, std::nullopt, sheet.say("tokens", "トークン")});
  for (const std::uint64_t d : distances)
    sheet.figures.push_back(
        {"at_" + std::to_string(d), "A(" + count(real(d)) + ")", out.at(d), Unit::number});
  if (first > 0)
    sheet.meaning = sheet.say(
        fmt::format("The encoding alone leaves less than {} of an exact match from {} tokens on; what comes "
                    "back at some distances is an echo of the angles.",
                    percent(a.share), count(real(first))),
        fmt::format(
            "完全な一致でも、符号化だけで{}トークン先では{}未満になります。遠くで戻る値は角度の反響です。",
            count(real(first)), percent(a.share)));
  return sheet;
}

Result<Sheet> context_cost_sheet(const ContextArguments& a) {
  bound::Shape shape{.gated = !a.two_matrices, .tied = a.tied};
  GENKAI_ASSIGN_OR_RETURN(shape.layers, whole("--layers", a.layers));
  GENKAI_ASSIGN_OR_RETURN(shape.width, whole("--width", a.width));
  GENKAI_ASSIGN_OR_RETURN(shape.heads, whole("--heads", a.heads));
  GENKAI_ASSIGN_OR_RETURN(shape.kv_heads, whole("--kv-heads", a.kv_heads > 0 ? a.kv_heads : a.heads));
  GENKAI_ASSIGN_OR_RETURN(shape.hidden, whole("--hidden", a.hidden > 0 ? a.hidden : 4 * a.width));
  GENKAI_ASSIGN_OR_RETURN(shape.vocabulary, whole("--vocabulary", a.vocabulary));
  GENKAI_ASSIGN_OR_RETURN(shape.head_size, whole("--head-size", a.head_size));
  GENKAI_ASSIGN_OR_RETURN(const std::uint64_t tokens, whole("--tokens", *a.tokens));
  shape.weight_bytes = bytes_of(a.weights), shape.cache_bytes = bytes_of(a.cache);
  GENKAI_ASSIGN_OR_RETURN(const bound::ContextCost out, bound::context_cost(shape, tokens));
  GENKAI_ASSIGN_OR_RETURN(const bound::ContextCost doubled, bound::context_cost(shape, 2 * tokens));
  Sheet sheet = sheet_of("cost", a, out.grounds);
  const auto attention = [&](double part, double whole_part) {
    return sheet.say(percent(part / whole_part) + " of it attention",
                     "うち注意機構" + percent(part / whole_part));
  };
  sheet.figures = {
      {"prefill", sheet.say("FLOP to read them", "読み込みのFLOP"), out.prefill, Unit::number, std::nullopt,
       attention(out.prefill_attention, out.prefill)},
      {"prefill_doubled", sheet.say("at twice the length", "2倍の長さでは"), doubled.prefill / out.prefill,
       Unit::number, std::nullopt, sheet.say("times as many", "倍")},
      {"decode", sheet.say("FLOP of a further token", "次の1トークンのFLOP"), out.decode, Unit::number,
       std::nullopt, attention(out.decode_attention, out.decode)},
      {"decode_bytes", sheet.say("bytes read for it", "そのために読むバイト数"), out.decode_bytes,
       Unit::number},
      {"cache_bytes", sheet.say("bytes of the cache", "キャッシュのバイト数"), out.cache_bytes, Unit::number,
       std::nullopt, a.cache},
      {"parameters", sheet.say("parameters", "パラメーター数"), out.parameters, Unit::count},
      {"attention_is_half",
       sheet.say("attention is half of the reading from", "注意機構が読み込みの半分になる長さ"),
       out.attention_is_half, Unit::count},
      {"cache_is_weights",
       sheet.say("the cache is as large as the weights at", "キャッシュが重みと同じ大きさになる長さ"),
       out.cache_is_weights, Unit::count}};
  sheet.meaning =
      sheet.say(fmt::format("Twice the text costs {:.3g} times the operations to read, and twice the cache.",
                            doubled.prefill / out.prefill),
                fmt::format("文章が2倍になると、読み込みの演算は{:.3g}倍、キャッシュは2倍になります。",
                            doubled.prefill / out.prefill));
  return sheet;
}

Result<Sheet> effective_sheet(const ContextArguments& a) {
  bound::Effective out;
  if (a.half) {
    GENKAI_ASSIGN_OR_RETURN(out, bound::effective_context({*a.half, a.at_start}, a.target));
  } else {
    GENKAI_ASSIGN_OR_RETURN(const std::uint64_t trained, whole("--trained", a.trained));
    GENKAI_ASSIGN_OR_RETURN(out, bound::usual_share(trained, a.usual));
  }
  Sheet sheet = sheet_of("effective", a, out.grounds);
  sheet.figures = {{"tokens", sheet.say("effective context", "有効な文脈長"), std::floor(out.tokens),
                    Unit::count, std::nullopt, sheet.say("tokens", "トークン")}};
  if (a.half) sheet.vacuous = out.tokens < 1;
  sheet.meaning = a.half ? sheet.say(fmt::format("Up to there the score is {} or more.", percent(a.target)),
                                     fmt::format("そこまでは得点が{}以上です。", percent(a.target)))
                         : sheet.say("A rule of thumb, no bound: measure it.",
                                     "目安であって限界ではありません。測定してください。");
  return sheet;
}

}  // namespace genkai::app
