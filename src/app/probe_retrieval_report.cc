#include "app/probe_retrieval_report.h"

#include <cstdio>

#include "app/asking_cost.h"
#include "app/print.h"

namespace genkai::app {
namespace {

namespace probe = limits::retrieval::probe;
using app::to_json;
using base::Json;
using probe::Paired;
using stats::Figure;
using stats::FigureSeries;
using stats::SeriesStyle;
using stats::Share;
using text::Language;

class Writer : ProbeWords {
 public:
  Writer(const RetrievalRun& run, const probe::ProbeReport& report, Language language)
      : ProbeWords(language), run_(run), report_(report) {}

  ProbeSection baselines() const;
  ProbeSection order(const probe::OrderReport& o) const;
  ProbeSection distractors(const probe::DistractorReport& d) const;
  ProbeSection fragmentation(const probe::FragmentReport& f) const;
  ProbeSection poisoning(const probe::PoisonReport& p) const;
  ProbeSection conflict(const probe::ConflictReport& c) const;
  ProbeSection ambiguity(const probe::AmbiguityReport& a) const;
  ProbeSection memory(const probe::MemoryReport& m) const;

 private:
  std::string blind() const { return say("without passages ", "文書なし ") + in_words(report_.blind); }
  std::string compared(std::string_view english, std::string_view japanese, const Paired& pair) const {
    char p[24];
    std::snprintf(p, sizeof p, "%.3g", pair.p);
    return say(english, japanese) + ": " + std::to_string(pair.only_first) + " / " +
           std::to_string(pair.only_second) + say(" of ", " (全") + std::to_string(pair.n) +
           say(", p = ", "件、p = ") + p + say(" (McNemar, exact)", "、マクネマーの正確検定)");
  }
  Figure figure(std::string title, std::string description, std::vector<std::string> places,
                std::vector<std::pair<std::string, std::vector<Share>>> series, bool blind_line) const {
    Figure out{.title = std::move(title), .description = std::move(description)};
    const double last = static_cast<double>(places.size()) - 1;
    out.x = {.categories = std::move(places)};
    out.y = {.title = say("share", "割合"), .percent = true, .low = 0, .high = 1};
    for (auto& [name, shares] : series) {
      FigureSeries one{std::move(name), {}, SeriesStyle::line_dots};
      for (std::size_t i = 0; i < shares.size(); ++i)
        if (shares[i].n > 0) one.points.push_back(point_of(static_cast<double>(i), shares[i]));
      out.series.push_back(std::move(one));
    }
    if (blind_line && report_.blind.n > 0)
      out.series.push_back({say("without passages", "文書なし"),
                            {{0, report_.blind.value()}, {last, report_.blind.value()}},
                            SeriesStyle::reference});
    return out;
  }

  const RetrievalRun& run_;
  const probe::ProbeReport& report_;
};

ProbeSection Writer::baselines() const {
  ProbeSection s;
  s.title = say("Baselines", "基準");
  s.meaning = say("What is right without any passage, and what one answer given to every question would get.",
                  "文書なしでの正答と、すべての質問に同じ答えを返した場合の正答です。");
  s.rows.push_back(row(say("question without passages", "文書なし"), report_.blind));
  s.rows.push_back(row(say("one constant answer", "定数の答え"), report_.constant));
  if (report_.unusable > 0)
    s.notes.push_back(say("Empty replies, counted as not right: ", "空の返答 (誤りに数えます): ") +
                      std::to_string(report_.unusable));
  return s;
}

ProbeSection Writer::order(const probe::OrderReport& o) const {
  ProbeSection s;
  s.title = say("Order: where the answer stands", "順序: 答えのある位置");
  s.meaning = say("The same passages; only the place of the one with the answer changes.",
                  "同じ文書で、答えのある文書の位置だけを変えます。");
  const std::vector<std::string> places{say("first", "先頭"), say("middle", "中央"), say("last", "末尾")};
  for (std::size_t i = 0; i < places.size(); ++i) s.rows.push_back(row(places[i], o.right[i], blind()));
  s.notes.push_back(
      compared("right only first / only in the middle", "先頭だけ正答 / 中央だけ正答", o.first_middle));
  s.notes.push_back(
      compared("right only last / only in the middle", "末尾だけ正答 / 中央だけ正答", o.last_middle));
  s.notes.push_back(compared("right only first / only last", "先頭だけ正答 / 末尾だけ正答", o.first_last));
  s.notes.push_back(o.best.empty()
                        ? say("No difference found (5 %, Bonferroni): any order will do.",
                              "差は見つかりませんでした (5 %、ボンフェローニ補正)。順序は問いません。")
                        : say("Order to pack passages in: ", "文書を並べる順序: ") + o.best);
  s.figures.push_back(figure(
      s.title,
      say("Share right by the place of the passage with the answer.", "答えのある文書の位置ごとの正答率。"),
      places, {{say("right", "正答"), {o.right.begin(), o.right.end()}}}, true));
  return s;
}

ProbeSection Writer::distractors(const probe::DistractorReport& d) const {
  ProbeSection s;
  s.title = say("Distractors of the same topic", "同じ話題の無関係な文書");
  s.meaning = say("Passages of the same topic without the answer are added to the one with it.",
                  "答えのない、同じ話題の文書を加えていきます。");
  std::vector<std::string> places;
  for (std::size_t k = 0; k < d.right.size(); ++k) {
    places.push_back("+" + std::to_string(probe::kAdded[k]));
    s.rows.push_back(row(places.back(), d.right[k], blind()));
  }
  s.rows.push_back(row(say("answers though no passage holds it", "答えのある文書がないのに回答"),
                       d.answered_absent,
                       say("always answering: 100 %, never: 0 %", "常に回答なら100 %、回答しなければ0 %")));
  s.notes.push_back(compared("right only without / only with the most",
                             "加えないときだけ正答 / 最多のときだけ正答", d.none_most));
  s.figures.push_back(figure(s.title, say("Share right by how many were added.", "加えた数ごとの正答率。"),
                             places, {{say("right", "正答"), {d.right.begin(), d.right.end()}}}, true));
  return s;
}

ProbeSection Writer::fragmentation(const probe::FragmentReport& f) const {
  ProbeSection s;
  s.title = say("Fragmentation: condition and consequence apart", "断片化: 条件と結論が別の文書");
  s.meaning = say("The answer needs two passages, side by side or at both ends.",
                  "答えには2つの文書が必要で、隣り合う場合と両端にある場合を比べます。");
  s.rows.push_back(row(say("side by side", "隣り合う"), f.near));
  s.rows.push_back(row(say("at both ends", "両端"), f.far));
  s.notes.push_back(
      compared("right only side by side / only apart", "隣だけ正答 / 両端だけ正答", f.near_far));
  return s;
}

ProbeSection Writer::poisoning(const probe::PoisonReport& p) const {
  ProbeSection s;
  s.title = say("Poisoning: wrong passages beside the right one", "汚染: 正しい文書と誤った文書");
  s.meaning = say("One passage says the right value, the others the same wrong one.",
                  "1つの文書が正しい値を、ほかの文書が同じ誤った値を述べます。");
  std::vector<std::string> places;
  for (std::size_t n = 0; n < p.adopted.size(); ++n) {
    places.push_back(std::to_string(n + 1));
    s.rows.push_back(
        row(say("adopts the wrong value, ", "誤った値を採用、誤り") + places.back() + say(" wrong", "件"),
            p.adopted[n], say("right value alone ", "正しい値だけ ") + in_words(p.right[n])));
  }
  s.figures.push_back(
      figure(s.title, say("Share by the number of wrong passages.", "誤った文書の数ごとの割合。"), places,
             {{say("adopts the wrong", "誤りを採用"), {p.adopted.begin(), p.adopted.end()}},
              {say("the right alone", "正しい値だけ"), {p.right.begin(), p.right.end()}}},
             false));
  return s;
}

ProbeSection Writer::conflict(const probe::ConflictReport& c) const {
  ProbeSection s;
  s.title = say("Conflict: two sources contradict each other", "矛盾: 2つの情報源の食い違い");
  s.meaning = say("Without dates nothing tells which is right; with dates the newer is.",
                  "日付がなければどちらが正しいか分からず、日付があれば新しいほうを正しいとします。");
  s.rows.push_back(row(say("no dates: says that they differ", "日付なし: 食い違いを伝える"), c.says_so));
  s.rows.push_back(row(say("no dates: picks the right one silently", "日付なし: 黙って正しいほうを選ぶ"),
                       c.picks_right, say("a coin: 50 %", "硬貨なら50 %")));
  s.rows.push_back(row(say("no dates: picks the wrong one silently", "日付なし: 黙って誤ったほうを選ぶ"),
                       c.picks_wrong, say("a coin: 50 %", "硬貨なら50 %")));
  s.rows.push_back(row(say("dates: the newer", "日付あり: 新しいほう"), c.newer));
  s.rows.push_back(row(say("dates: the older", "日付あり: 古いほう"), c.older));
  s.rows.push_back(row(say("dates: both, or that they differ", "日付あり: 両方"), c.both));
  return s;
}

ProbeSection Writer::ambiguity(const probe::AmbiguityReport& a) const {
  ProbeSection s;
  s.title = say("Ambiguity: two things of one name", "曖昧さ: 同じ名前の2つのもの");
  s.meaning = say("The question fits both; the passages tell them apart.",
                  "質問はどちらにも当てはまり、文書は両者を区別しています。");
  s.rows.push_back(row(say("covers both", "両方を答える"), a.both));
  s.rows.push_back(row(say("asks back", "聞き返す"), a.asks_back));
  s.rows.push_back(row(say("picks one silently", "黙って一方を選ぶ"), a.picks_one));
  s.rows.push_back(row(say("neither", "どちらでもない"), a.declines));
  return s;
}

ProbeSection Writer::memory(const probe::MemoryReport& m) const {
  ProbeSection s;
  s.title = say("Memory against a passage", "記憶と文書の食い違い");
  s.meaning =
      say("A passage says otherwise than what is generally known, and what the model answers without it.",
          "一般に知られ、モデルも文書なしで答える値とは違うことを、文書が述べます。");
  s.rows.push_back(row(say("known without passages", "文書なしで知っている"), m.known));
  s.rows.push_back(row(say("of these: follows the passage", "そのうち文書に従う"), m.adopted));
  s.rows.push_back(row(say("of these: stays by its memory", "そのうち記憶に従う"), m.kept));
  return s;
}

Json to_json(const Paired& pair) {
  return Json::object(
      {{"only_first", pair.only_first}, {"only_second", pair.only_second}, {"n", pair.n}, {"p", pair.p}});
}

template <class Shares>
Json list_of(const Shares& shares) {
  Json out = Json::array();
  for (const Share& share : shares) out.push(to_json(share));
  return out;
}

}  // namespace

ProbePage page_of(const RetrievalRun& run, Language language) {
  const bool japanese = language == Language::japanese;
  const auto n = [](std::uint64_t value) { return std::to_string(value); };
  ProbePage page;
  page.title = (japanese ? "検索結果の読み方の測定: " : "Probe of retrieval: ") + printable(run.model);
  const std::string source =
      run.knowledge.empty() ? (japanese ? "架空の文書" : "invented documents") : printable(run.knowledge);
  page.run =
      printable(run.model) + ": " +
      (japanese ? source + "から" + n(run.items) + "項目、" : n(run.items) + " items of " + source + ", ") +
      asked_in_words(run.replies, run.asked, run.options.seed, language);
  if (run.without_passage > 0)
    page.run += japanese ? "答えのある文書が見つからない質問" + n(run.without_passage) + "件を除きました。"
                         : " " + n(run.without_passage) +
                               " questions are left out: no passage with their answer "
                               "was found.";
  return page;
}

std::vector<ProbeSection> sections(const RetrievalRun& run, const probe::ProbeReport& report,
                                   Language language) {
  const Writer writer(run, report, language);
  std::vector<ProbeSection> out{writer.baselines()};
  if (report.order) out.push_back(writer.order(*report.order));
  if (report.distractors) out.push_back(writer.distractors(*report.distractors));
  if (report.fragmentation && run.fragmented > 0) out.push_back(writer.fragmentation(*report.fragmentation));
  if (report.poisoning) out.push_back(writer.poisoning(*report.poisoning));
  if (report.conflict) out.push_back(writer.conflict(*report.conflict));
  if (report.ambiguity && run.ambiguous > 0) out.push_back(writer.ambiguity(*report.ambiguity));
  if (report.memory && run.remembered > 0) out.push_back(writer.memory(*report.memory));
  return out;
}

Json to_json(const RetrievalRun& run, const probe::ProbeReport& report) {
  Json out = Json::object({{"probe", "retrieval"},
                           {"model", run.model},
                           {"knowledge_base", run.knowledge.empty() ? Json() : Json(run.knowledge)},
                           {"items", run.items},
                           {"without_passage", run.without_passage},
                           {"seed", run.options.seed},
                           {"passages", run.options.passages},
                           {"confidence", 0.95},
                           {"replies", run.replies},
                           {"failed", run.asked.failed},
                           {"unusable", report.unusable},
                           {"cost", Json::object({{"calls", run.asked.calls},
                                                  {"prompt_tokens", run.asked.usage.prompt_tokens},
                                                  {"completion_tokens", run.asked.usage.completion_tokens},
                                                  {"money", run.asked.usage.money}})},
                           {"blind", to_json(report.blind)},
                           {"constant", to_json(report.constant)}});
  if (const auto& o = report.order)
    out.set("order", Json::object({{"first", to_json(o->right[0])},
                                   {"middle", to_json(o->right[1])},
                                   {"last", to_json(o->right[2])},
                                   {"first_middle", to_json(o->first_middle)},
                                   {"last_middle", to_json(o->last_middle)},
                                   {"first_last", to_json(o->first_last)},
                                   {"best", o->best.empty() ? Json() : Json(o->best)}}));
  if (const auto& d = report.distractors) {
    Json added = Json::array();
    for (const std::size_t count : probe::kAdded) added.push(count);
    out.set("distractors", Json::object({{"added", std::move(added)},
                                         {"right", list_of(d->right)},
                                         {"none_most", to_json(d->none_most)},
                                         {"answered_absent", to_json(d->answered_absent)}}));
  }
  if (const auto& f = report.fragmentation; f && run.fragmented > 0)
    out.set("fragmentation",
            Json::object(
                {{"near", to_json(f->near)}, {"far", to_json(f->far)}, {"near_far", to_json(f->near_far)}}));
  if (const auto& p = report.poisoning)
    out.set("poisoning", Json::object({{"adopted", list_of(p->adopted)}, {"right", list_of(p->right)}}));
  if (const auto& c = report.conflict)
    out.set("conflict", Json::object({{"says_so", to_json(c->says_so)},
                                      {"picks_right", to_json(c->picks_right)},
                                      {"picks_wrong", to_json(c->picks_wrong)},
                                      {"newer", to_json(c->newer)},
                                      {"older", to_json(c->older)},
                                      {"both", to_json(c->both)}}));
  if (const auto& a = report.ambiguity; a && run.ambiguous > 0)
    out.set("ambiguity", Json::object({{"both", to_json(a->both)},
                                       {"asks_back", to_json(a->asks_back)},
                                       {"picks_one", to_json(a->picks_one)},
                                       {"neither", to_json(a->declines)}}));
  if (const auto& m = report.memory; m && run.remembered > 0)
    out.set("memory", Json::object({{"known", to_json(m->known)},
                                    {"adopted", to_json(m->adopted)},
                                    {"kept", to_json(m->kept)}}));
  return out;
}

}  // namespace genkai::app
