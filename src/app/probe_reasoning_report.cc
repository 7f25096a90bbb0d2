#include "app/probe_reasoning_report.h"

#include <cstdio>

#include "app/asking_cost.h"
#include "app/print.h"

namespace genkai::app {
namespace {

namespace probe = limits::reasoning::probe;
using app::to_json;
using base::Json;
using probe::Paired;
using stats::Figure;
using stats::FigureSeries;
using stats::SeriesStyle;
using stats::Share;
using text::Language;

std::string percent(double share) {
  char out[24];
  std::snprintf(out, sizeof out, "%.1f %%", 100 * share);
  return out;
}

class Writer : ProbeWords {
 public:
  Writer(const probe::ProbeReport& report, Language language) : ProbeWords(language), report_(report) {}

  ProbeSection baselines() const;
  ProbeSection consistency(const probe::ConsistencyReport& c) const;
  ProbeSection steps(const probe::StepReport& s) const;
  ProbeSection variants(const probe::VariantReport& v) const;
  ProbeSection order(const probe::OrderReport& o) const;
  ProbeSection irrelevant(const probe::IrrelevantReport& i) const;
  ProbeSection corruption(const limits::reasoning::steps::CorruptionReport& c) const;

 private:
  std::string compared(std::string_view english, std::string_view japanese, const Paired& pair) const {
    char p[64];
    std::snprintf(p, sizeof p, "%+.1f [%+.1f, %+.1f]", 100 * pair.difference, 100 * pair.interval.low,
                  100 * pair.interval.high);
    std::string out = say(english, japanese) + say(": difference ", ": 差 ") + p + say(" points", "ポイント");
    std::snprintf(p, sizeof p, "%.3g", pair.p);
    return out + say(", only one right ", "、片方だけ正答 ") + std::to_string(pair.only_first) + " / " +
           std::to_string(pair.only_second) + say(" of ", " (全") + std::to_string(pair.n) +
           say(", p = ", "件、p = ") + p + say(" (McNemar, exact)", "、マクネマーの正確検定)");
  }
  Figure figure(std::string title, std::string description, std::vector<std::string> places,
                const std::vector<Share>& shares) const {
    Figure out{.title = std::move(title), .description = std::move(description)};
    out.x = {.categories = std::move(places)};
    out.y = {.title = say("share right", "正答率"), .percent = true, .low = 0, .high = 1};
    FigureSeries one{say("right", "正答"), {}, SeriesStyle::line_dots};
    for (std::size_t i = 0; i < shares.size(); ++i)
      if (shares[i].n > 0) one.points.push_back(point_of(static_cast<double>(i), shares[i]));
    out.series.push_back(std::move(one));
    return out;
  }

  const probe::ProbeReport& report_;
};

ProbeSection Writer::baselines() const {
  ProbeSection s;
  s.title = say("Baselines of the word problems", "文章題の基準");
  s.meaning = say("The question without what is given, and one number for every problem.",
                  "与えられた条件なしの質問と、すべてに同じ数を答えた場合です。");
  s.rows.push_back(row(say("question alone", "質問だけ"), *report_.blind));
  s.rows.push_back(row(say("one constant answer", "定数の答え"), *report_.constant));
  return s;
}

ProbeSection Writer::consistency(const probe::ConsistencyReport& c) const {
  ProbeSection s;
  s.title = say("Consistency: answers that cannot stand together", "一貫性: 両立しない答え");
  s.meaning = say("Statements that logic or computed facts tie together are asked about one by one.",
                  "論理や計算済みの事実で結ばれた文の真偽を、1つずつ尋ねます。");
  for (const auto& kind : c.kinds) {
    static constexpr std::string_view kNames[] = {"否定", "含意", "推移", "事実"};
    const std::string name = say(to_string(kind.kind), kNames[static_cast<std::size_t>(kind.kind)]);
    s.rows.push_back(row(name + say(": violated", ": 違反"), kind.violated,
                         say("always yes ", "常に「はい」") + percent(kind.constant_violated.value()) +
                             say(", a coin ", "、硬貨 ") + percent(kind.coin_violated)));
    s.rows.push_back(row(name + say(": right", ": 正答"), kind.right,
                         say("constant ", "定数 ") + in_words(kind.constant_right)));
  }
  s.notes.push_back(
      say("One answer to everything keeps implications and transitivity and is right on half: read "
          "both rows together.",
          "すべてに同じ答えなら含意と推移には反しませんが、正答は半分ほどです。両方の行を合わせて見てください"
          "。"));
  return s;
}

ProbeSection Writer::steps(const probe::StepReport& r) const {
  ProbeSection s;
  s.title = say("Steps: written chains, checked exactly", "手順: 書かれた連鎖の正確な検査");
  s.meaning =
      say("Each calculation of the written steps is done again.", "書かれた手順の計算をすべてやり直します。");
  s.rows.push_back(row(say("answer right", "答えが正しい"), r.right));
  s.rows.push_back(row(say("wrong steps of those checked", "検査した手順のうち誤り"), r.wrong_steps));
  s.rows.push_back(row(say("chains with a wrong step", "誤った手順のある連鎖"), r.with_wrong_step));
  s.rows.push_back(row(
      say("chains without one (measured)", "誤りのない連鎖 (実測)"), r.without_wrong_step,
      say("predicted from steps that err independently ", "独立な誤りからの予測 ") + percent(r.predicted)));
  s.rows.push_back(row(say("right, no wrong step", "誤りなしで正答"), r.right_when_clean));
  s.rows.push_back(row(say("right, a wrong step", "誤りありで正答"), r.right_when_wrong));
  if (r.unchecked > 0)
    s.notes.push_back(say("Chains of which no step could be checked: ", "手順を検査できなかった連鎖: ") +
                      std::to_string(r.unchecked));
  return s;
}

ProbeSection Writer::variants(const probe::VariantReport& v) const {
  ProbeSection s;
  s.title = say("Symbolic variants: other names and numbers", "記号的な変種: 名前と数の変更");
  s.meaning = say("The same templates; operands come from the same ranges.",
                  "同じひな型で、数は同じ範囲から選びます。");
  const std::vector<std::string> labels{say("as it is", "そのまま"), say("other names", "名前を変更"),
                                        say("other numbers", "数を変更"), say("both", "両方"),
                                        say("both, again", "両方 (2回目)")};
  for (std::size_t k = 0; k < labels.size(); ++k)
    s.rows.push_back(
        row(labels[k], v.right[k], say("question alone ", "質問だけ ") + in_words(*report_.blind)));
  s.rows.push_back(row(say("right in one, wrong in another", "変種により正誤が変わる"), v.unstable));
  s.notes.push_back(compared("as it is against other names", "そのまま 対 名前", v.names));
  s.notes.push_back(compared("as it is against other numbers", "そのまま 対 数", v.numbers));
  s.notes.push_back(compared("as it is against both", "そのまま 対 両方", v.both));
  s.notes.push_back(say("Spread of the five shares: ", "5つの正答率の幅: ") + percent(v.least) + " – " +
                    percent(v.most) + say(", standard deviation ", "、標準偏差 ") + percent(v.deviation) +
                    say("; by chance alone ", "、偶然だけなら ") + percent(v.by_chance));
  s.figures.push_back(figure(s.title, say("Share right by variant.", "変種ごとの正答率。"), labels,
                             {v.right.begin(), v.right.end()}));
  return s;
}

ProbeSection Writer::order(const probe::OrderReport& o) const {
  ProbeSection s;
  s.title = say("Order of the premises", "前提の順序");
  s.meaning = say("The same rules about invented kinds of things; only their order changes.",
                  "架空の種類についての同じ規則で、順序だけを変えます。");
  const std::vector<std::string> labels{say("as derived", "導出の順"), say("reversed", "逆順"),
                                        say("shuffled", "無作為")};
  for (std::size_t k = 0; k < labels.size(); ++k)
    s.rows.push_back(
        row(labels[k], o.right[k], say("one constant answer ", "定数の答え ") + in_words(o.constant)));
  s.rows.push_back(row(say("without premises", "前提なし"), o.blind));
  s.notes.push_back(compared("as derived against reversed", "導出の順 対 逆順", o.reversed));
  s.notes.push_back(compared("as derived against shuffled", "導出の順 対 無作為", o.shuffled));
  s.figures.push_back(figure(s.title, say("Share right by order.", "順序ごとの正答率。"), labels,
                             {o.right.begin(), o.right.end()}));
  return s;
}

ProbeSection Writer::irrelevant(const probe::IrrelevantReport& i) const {
  ProbeSection s;
  s.title = say("Irrelevant premises", "無関係な前提");
  s.meaning = say("Sentences with numbers of their own that change nothing are added.",
                  "答えを変えない、別の数を含む文を加えます。");
  std::vector<std::string> labels;
  for (const std::size_t added : probe::kIrrelevant) labels.push_back("+" + std::to_string(added));
  for (std::size_t k = 0; k < labels.size(); ++k)
    s.rows.push_back(
        row(labels[k], i.right[k], say("question alone ", "質問だけ ") + in_words(*report_.blind)));
  s.notes.push_back(compared("none against one", "なし 対 1文", i.one));
  s.notes.push_back(compared("none against three", "なし 対 3文", i.most));
  s.figures.push_back(figure(s.title, say("Share right by sentences added.", "加えた文の数ごとの正答率。"),
                             labels, {i.right.begin(), i.right.end()}));
  return s;
}

ProbeSection Writer::corruption(const limits::reasoning::steps::CorruptionReport& c) const {
  ProbeSection s;
  s.title =
      say("Step corruption: does the stated chain matter?", "手順の改変: 書かれた連鎖は答えを左右するか");
  s.meaning = say("One number of a right chain is changed, and the model answers from there.",
                  "正しい連鎖の数を1つ変え、そこから答えさせます。");
  s.rows.push_back(
      row(say("the false step changes the answer", "誤った手順で答えが変わる"), c.changed,
          say("numbering the steps changes it ", "番号を付けるだけで変わる ") + in_words(c.repeat)));
  s.rows.push_back(row(say("the same answer without any step", "手順なしでも同じ答え"), c.blind));
  char text[96];
  std::snprintf(text, sizeof text, "%+.1f [%+.1f, %+.1f], p = %.3g", 100 * c.difference, 100 * c.interval.low,
                100 * c.interval.high, c.p_value);
  s.notes.push_back(say("changed less numbered, points: ", "改変と番号付けの差 (ポイント): ") + text);
  if (c.unusable > 0)
    s.notes.push_back(
        say("Without an answer to one of the four requests: ", "4つの要求のどれかに答えがないもの: ") +
        std::to_string(c.unusable));
  return s;
}

Json to_json(const Paired& pair) {
  return Json::object({{"only_first", pair.only_first},
                       {"only_second", pair.only_second},
                       {"n", pair.n},
                       {"p", pair.p},
                       {"difference", pair.difference},
                       {"interval", to_json(pair.interval)}});
}

template <class Shares>
Json list_of(const Shares& shares) {
  Json out = Json::array();
  for (const Share& share : shares) out.push(to_json(share));
  return out;
}

void add_parts(const probe::ProbeReport& report, Json& out) {
  if (const auto& c = report.consistency) {
    Json kinds = Json::object();
    for (const auto& kind : c->kinds)
      kinds.set(std::string(to_string(kind.kind)),
                Json::object({{"violated", to_json(kind.violated)},
                              {"right", to_json(kind.right)},
                              {"constant_violated", to_json(kind.constant_violated)},
                              {"coin_violated", kind.coin_violated},
                              {"constant_right", to_json(kind.constant_right)}}));
    out.set("consistency", std::move(kinds));
  }
  if (const auto& s = report.steps)
    out.set("steps", Json::object({{"right", to_json(s->right)},
                                   {"wrong_steps", to_json(s->wrong_steps)},
                                   {"with_wrong_step", to_json(s->with_wrong_step)},
                                   {"without_wrong_step", to_json(s->without_wrong_step)},
                                   {"predicted", s->predicted},
                                   {"right_when_clean", to_json(s->right_when_clean)},
                                   {"right_when_wrong", to_json(s->right_when_wrong)},
                                   {"steps", s->steps},
                                   {"unchecked", s->unchecked}}));
  if (const auto& v = report.variants)
    out.set("variants", Json::object({{"right", list_of(v->right)},
                                      {"names", to_json(v->names)},
                                      {"numbers", to_json(v->numbers)},
                                      {"both", to_json(v->both)},
                                      {"unstable", to_json(v->unstable)},
                                      {"least", v->least},
                                      {"most", v->most},
                                      {"deviation", v->deviation},
                                      {"by_chance", v->by_chance}}));
  if (const auto& o = report.order)
    out.set("order", Json::object({{"right", list_of(o->right)},
                                   {"reversed", to_json(o->reversed)},
                                   {"shuffled", to_json(o->shuffled)},
                                   {"blind", to_json(o->blind)},
                                   {"constant", to_json(o->constant)}}));
  if (const auto& i = report.irrelevant)
    out.set(
        "irrelevant",
        Json::object({{"right", list_of(i->right)}, {"one", to_json(i->one)}, {"most", to_json(i->most)}}));
  if (const auto& c = report.corruption)
    out.set("corruption", Json::object({{"asked", c->asked},
                                        {"unusable", c->unusable},
                                        {"changed", to_json(c->changed)},
                                        {"repeat", to_json(c->repeat)},
                                        {"blind", to_json(c->blind)},
                                        {"difference", c->difference},
                                        {"interval", to_json(c->interval)},
                                        {"p", c->p_value}}));
}

}  // namespace

ProbePage page_of(const ReasoningRun& run, Language language) {
  const bool japanese = language == Language::japanese;
  const auto n = [](std::uint64_t value) { return std::to_string(value); };
  ProbePage page;
  page.title = (japanese ? "推論の測定: " : "Probe of reasoning: ") + printable(run.model);
  const std::string of = run.options.count < run.items_wanted
                             ? (japanese ? " (予算のため" + n(run.items_wanted) + "から)"
                                         : " (of " + n(run.items_wanted) + ", by the budget)")
                             : "";
  page.run = printable(run.model) + ": " +
             (japanese ? "各種" + n(run.options.count) + "項目" + of + "、"
                       : n(run.options.count) + " items of each kind" + of + ", ") +
             asked_in_words(run.replies, run.asked, run.options.seed, language);
  return page;
}

std::vector<ProbeSection> sections(const ReasoningRun&, const probe::ProbeReport& report, Language language) {
  const Writer writer(report, language);
  std::vector<ProbeSection> out;
  if (report.blind) out.push_back(writer.baselines());
  if (report.consistency) out.push_back(writer.consistency(*report.consistency));
  if (report.steps) out.push_back(writer.steps(*report.steps));
  if (report.variants) out.push_back(writer.variants(*report.variants));
  if (report.order) out.push_back(writer.order(*report.order));
  if (report.irrelevant) out.push_back(writer.irrelevant(*report.irrelevant));
  if (report.corruption) out.push_back(writer.corruption(*report.corruption));
  if (report.unusable > 0 && !out.empty())
    out.back().notes.push_back(
        (language == Language::japanese
             ? "数も「はい・いいえ」もない返答 (誤りに数えます): "
             : "Replies with no number, or neither yes nor no (counted as not right): ") +
        std::to_string(report.unusable));
  return out;
}

Json to_json(const ReasoningRun& run, const probe::ProbeReport& report) {
  Json out = Json::object({{"probe", "reasoning"},
                           {"model", run.model},
                           {"items", run.options.count},
                           {"seed", run.options.seed},
                           {"confidence", 0.95},
                           {"replies", run.replies},
                           {"failed", run.asked.failed},
                           {"unusable", report.unusable},
                           {"cost", Json::object({{"calls", run.asked.calls},
                                                  {"prompt_tokens", run.asked.usage.prompt_tokens},
                                                  {"completion_tokens", run.asked.usage.completion_tokens},
                                                  {"money", run.asked.usage.money}})}});
  if (report.blind) out.set("blind", to_json(*report.blind));
  if (report.constant) out.set("constant", to_json(*report.constant));
  add_parts(report, out);
  return out;
}

}  // namespace genkai::app
