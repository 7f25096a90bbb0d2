// The parts of the report on hallucination in words and figures, in English and Japanese.

#include <cmath>
#include <cstdio>

#include "app/print.h"
#include "app/probe_report.h"

namespace genkai::app {
namespace {

namespace probe = limits::hallucination::probe;
using probe::Share;
using stats::Estimate;
using stats::Figure;
using stats::FigurePoint;
using stats::FigureSeries;
using stats::Interval;
using stats::SeriesStyle;
using text::Language;

std::string number(double value, const char* pattern = "%.3g") {
  char buffer[48];
  std::snprintf(buffer, sizeof buffer, pattern, value);
  return buffer;
}

std::string percent(double share) {
  return number(100 * share, "%.1f %%");
}

std::string plain_range(const Interval& interval, const char* pattern) {
  return number(interval.low, pattern) + " – " + number(interval.high, pattern);
}

class Writer : ProbeWords {
 public:
  Writer(const ProbeRun& run, Language language) : ProbeWords(language), run_(run) {}

  std::string count(std::size_t n, std::string_view english, std::string_view japanese) const {
    return say(std::to_string(n) + " " + std::string(english),
               std::string(japanese) + std::to_string(n) + "件");
  }

  ProbeSection accuracy(const probe::AccuracyReport& a) const;
  ProbeSection calibration(const probe::ProbeReport& report) const;
  ProbeSection abstention(const probe::AbstentionReport& a) const;
  ProbeSection contradiction(const probe::ContradictionReport& c) const;
  ProbeSection snowballing(const probe::SnowballReport& s) const;
  ProbeSection freshness(const probe::FreshnessReport& f) const;

 private:
  Figure bars(std::string title, std::string description, std::string y) const {
    Figure figure;
    figure.title = std::move(title);
    figure.description = std::move(description);
    figure.y = {.title = std::move(y), .percent = true, .low = 0, .high = 1};
    return figure;
  }
  Figure reliability(const std::vector<stats::ReliabilityBin>& bins, const std::string& name) const;
  void calibration_rows(const probe::CalibrationReport& one, const std::string& name,
                        ProbeSection& section) const;

  const ProbeRun& run_;
};

ProbeSection Writer::accuracy(const probe::AccuracyReport& a) const {
  ProbeSection s;
  s.title = say("Closed-book accuracy against exposure", "知識だけでの正答率と露出");
  s.meaning = say("Questions asked without any document. What was declined is not right.",
                  "文書を与えずに質問しました。「分かりません」は正答に数えません。");
  const std::string baselines = say("blind ", "質問を伏せて ") + percent(a.blind.value()) +
                                say("; constant ", "、定数 ") + percent(a.constant.value());
  s.rows.push_back(row(say("right", "正答"), a.right, baselines));
  s.rows.push_back(row(say("right, of those answered", "回答したうちの正答"), a.right_of_answered));
  s.rows.push_back(row(say("baseline: question withheld", "基準: 質問を伏せた推測"), a.blind));
  s.rows.push_back(
      row(say("baseline: always ", "基準: 常に ") + "\"" + printable(a.constant_answer) + "\"", a.constant));
  if (a.trend)
    s.rows.push_back({say("log-odds for ten times the exposure", "露出10倍あたりの対数オッズの増分"),
                      number(a.trend->slope, "%+.2f"), plain_range(a.trend->interval, "%+.2f"),
                      say("constant: 0", "定数: 0")});
  else
    s.notes.push_back(say("No trend: it needs 20 replies with exposure, some right and some wrong.",
                          "傾向は推定できません。露出の分かる回答が20件以上、正誤の両方が必要です。"));
  if (a.without_exposure > 0)
    s.notes.push_back(count(a.without_exposure, "facts have no exposure and are not in the bins.",
                            "露出が分からず、区分に入れなかった事実: "));
  if (a.unusable > 0)
    s.notes.push_back(
        count(a.unusable, "replies were empty and are in no share.", "空の返答 (どの割合にも入れません): "));
  if (a.unasked > 0) s.notes.push_back(count(a.unasked, "questions have no reply.", "返答のない質問: "));
  if (a.bins.empty()) return s;
  Figure figure = bars(s.title, "", say("share right", "正答率"));
  figure.description =
      say("Share of right answers in bins of equal mass by exposure, with 95% intervals, the fitted logistic "
          "trend and the two baselines.",
          "露出で等分した区分ごとの正答率。95%区間、ロジスティック回帰の傾向、2つの基準つき。");
  figure.x = {.title = (run_.exposure_is.empty() ? say("exposure", "露出") : run_.exposure_is) +
                       say(" (log scale)", " (対数目盛)"),
              .log = true};
  FigureSeries measured{say("model", "モデル"), {}, SeriesStyle::points};
  const double low = a.bins.front().low, high = a.bins.back().high;
  for (const auto& bin : a.bins) measured.points.push_back(point_of(bin.middle, bin.right));
  const auto level = [&](std::string name, double value) {
    figure.series.push_back({std::move(name), {{low, value}, {high, value}}, SeriesStyle::reference});
  };
  figure.series.push_back(std::move(measured));
  if (a.trend) {
    FigureSeries trend{say("logistic trend", "ロジスティックの傾向"), {}, SeriesStyle::line};
    for (int i = 0; i <= 40; ++i) {
      const double at = std::log10(low) + (std::log10(high) - std::log10(low)) * i / 40;
      trend.points.push_back(
          {std::pow(10, at), 1 / (1 + std::exp(-(a.trend->intercept + a.trend->slope * at)))});
    }
    figure.series.push_back(std::move(trend));
  }
  const bool blind_best = a.blind.value() >= a.constant.value();
  level(say("better baseline: ", "高いほうの基準: ") +
            (blind_best ? say("question withheld", "質問を伏せる") : say("constant answer", "定数の答え")),
        std::max(a.blind.value(), a.constant.value()));
  s.figures.push_back(std::move(figure));
  return s;
}

void Writer::calibration_rows(const probe::CalibrationReport& one, const std::string& name,
                              ProbeSection& s) const {
  s.rows.push_back(
      {name + say(": overconfidence", ": 過信"), number(100 * one.overconfidence.value, "%+.1f") + " pt",
       plain_range({100 * one.overconfidence.interval.low, 100 * one.overconfidence.interval.high}, "%+.1f"),
       say("constant: 0", "定数: 0")});
  const auto model = stats::figures(one.model), constant = stats::figures(one.constant);
  for (std::size_t i = 0; i < model.size(); ++i) {
    const std::string_view key = model[i].first;
    std::string label;
    if (key == "ece") label = say("ECE", "ECE (較正誤差)");
    if (key == "adaptive_ece") label = say("ECE, bins of equal mass", "ECE (等質量の区分)");
    if (key == "brier") label = say("Brier score", "Brierスコア");
    if (key == "log_loss") label = say("log loss", "対数損失");
    if (key == "auroc") label = "AUROC";
    if (key == "aurc") label = say("area under risk-coverage", "リスク・カバレッジ曲線の面積");
    if (label.empty()) continue;
    s.rows.push_back({name + ": " + label, number(model[i].second.value, "%.3f"),
                      plain_range(model[i].second.interval, "%.3f"),
                      say("constant: ", "定数: ") + number(constant[i].second.value, "%.3f")});
  }
}

Figure Writer::reliability(const std::vector<stats::ReliabilityBin>& bins, const std::string& name) const {
  Figure figure = bars(say("Reliability: ", "信頼度図: ") + name, "", say("share right", "正答率"));
  figure.description =
      say("Share right against the probability, in bins of equal mass with 95% intervals; on "
          "the dashed diagonal the probabilities mean what they say.",
          "確率と正答率 (等質量の区分、95%区間)。破線の対角線上なら確率は文字どおりです。");
  figure.x = {.title = name, .percent = true, .low = 0, .high = 1};
  figure.width = figure.height = 430;
  figure.series.push_back({say("ideal", "理想"), {{0, 0}, {1, 1}}, SeriesStyle::reference});
  FigureSeries series{say("model", "モデル"), {}, SeriesStyle::line_dots};
  for (const auto& bin : bins)
    series.points.push_back({bin.probability, bin.share, bin.interval.low, bin.interval.high});
  figure.series.push_back(std::move(series));
  return figure;
}

ProbeSection Writer::calibration(const probe::ProbeReport& report) const {
  ProbeSection s;
  s.title = say("Calibration", "確信度の較正");
  s.meaning = say(
      "What the model says of its certainty, of answers to answerable questions. A constant at the "
      "share right has no calibration error and says nothing; AUROC shows whether the order means "
      "anything.",
      "答えのある質問への回答について、モデルが示した確信度を調べます。正答率に等しい定数は較正誤差がゼロでも"
      "何も語りません。順序に意味があるかはAUROCが示します。");
  for (const auto* one : {&report.stated, &report.tokens}) {
    if (!*one) continue;
    const std::string name = (*one)->tokens ? say("token probability", "トークン確率")
                                            : say("stated confidence", "申告された確信度");
    calibration_rows(**one, name, s);
    s.figures.push_back(reliability((*one)->bins, name));
  }
  if (!report.stated)
    s.notes.push_back(say("Fewer than 10 answers state a confidence: nothing is said of it.",
                          "確信度のある回答が10件未満のため、それについては何も言えません。"));
  if (!report.tokens)
    s.notes.push_back(say("The model gives no token probabilities, or of fewer than 10 answers.",
                          "トークン確率は得られないか、10件未満です。"));
  if (report.without_confidence > 0)
    s.notes.push_back(count(report.without_confidence, "answers state no confidence and are left out.",
                            "確信度がなく除いた回答: "));
  return s;
}

ProbeSection Writer::abstention(const probe::AbstentionReport& a) const {
  ProbeSection s;
  s.title = say("Abstention", "回答を控えること");
  s.meaning = say("Questions that have no answer, beside those that have one and look alike.",
                  "答えのない質問と、よく似た答えのある質問を並べて尋ねました。");
  s.rows.push_back(row(say("abstention recall: unanswerable, declined", "控えた割合: 答えのない質問"),
                       a.recall,
                       say("always answer 0 %; always decline 100 %", "常に答える0 %、常に控える100 %")));
  s.rows.push_back(row(say("over-refusal: answerable, declined", "控えすぎ: 答えのある質問"), a.over_refusal,
                       say("always answer 0 %; always decline 100 %", "常に答える0 %、常に控える100 %")));
  s.rows.push_back({say("balanced score", "両者の平均 (均衡スコア)"), percent(a.balanced.value),
                    in_words(a.balanced.interval), say("both 50 %", "どちらも50 %")});
  Figure figure = bars(say("Declined questions", "控えた質問"), "", say("share declined", "控えた割合"));
  figure.description =
      say("Share of questions declined, with 95% intervals: unanswerable ones should be high, "
          "answerable ones low.",
          "控えた質問の割合と95%区間。答えのない質問で高く、ある質問で低いのが望ましい。");
  figure.x.categories = {say("unanswerable", "答えなし"), say("answerable", "答えあり")};
  figure.series.push_back(
      {say("model", "モデル"), {point_of(0, a.recall), point_of(1, a.over_refusal)}, SeriesStyle::bars});
  figure.height = 320;
  figure.width = 460;
  if (a.recall.n == 0)
    s.notes.push_back(say("No question without an answer was asked.", "答えのない質問は尋ねていません。"));
  else
    s.figures.push_back(std::move(figure));
  return s;
}

ProbeSection Writer::contradiction(const probe::ContradictionReport& c) const {
  ProbeSection s;
  s.title = say("Self-contradiction", "自己矛盾");
  s.meaning =
      say("The same question in " + std::to_string(c.repeats) + " fixed wordings, at temperature 0.7.",
          "同じ質問を" + std::to_string(c.repeats) + "通りの決まった言い方で尋ね直しました (温度0.7)。");
  s.rows.push_back(row(say("facts with answers that contradict each other", "答えどうしが食い違う事実"),
                       c.contradicted,
                       say("same words, temperature 0: ", "同じ言い方・温度0: ") +
                           (c.same.n ? percent(c.same.value()) : say("no data", "データなし"))));
  s.rows.push_back(row(say("baseline: same words, temperature 0", "基準: 同じ言い方・温度0"), c.same));
  s.rows.push_back(
      row(say("answered in some wordings, declined in others", "言い方により答えたり控えたりする事実"),
          c.wavering));
  Figure figure = bars(say("Facts with contradicting answers", "答えが食い違う事実"), "",
                       say("share of facts", "事実の割合"));
  figure.description =
      say("Share of facts whose answers contradict each other when asked again, with 95% intervals.",
          "尋ね直すと答えが食い違う事実の割合と95%区間。");
  figure.x.categories = {say("other wordings", "別の言い方"), say("same words", "同じ言い方")};
  figure.series.push_back(
      {say("model", "モデル"), {point_of(0, c.contradicted), point_of(1, c.same)}, SeriesStyle::bars});
  figure.height = 320;
  figure.width = 460;
  if (c.contradicted.n > 0) s.figures.push_back(std::move(figure));
  return s;
}

ProbeSection Writer::snowballing(const probe::SnowballReport& n) const {
  ProbeSection s;
  s.title = say("Snowballing", "誤りの雪だるま");
  s.meaning =
      say("A wrong answer was put into the model's mouth; it was asked to explain it, and then whether it "
          "stands by it. The same with the right answer shows who merely gives in.",
          "モデルが誤答した形の会話で説明を求め、次にその答えを今も正しいと考えるか尋ねました。"
          "正答でも同じことをして、単に折れるだけかどうかを見分けます。");
  s.rows.push_back(row(say("injected error: defended", "誤答: 守った"), n.defended,
                       say("always stands 100 %; gives in 0 %", "常に守る100 %、常に折れる0 %")));
  s.rows.push_back(row(say("injected error: corrected", "誤答: 正した"), n.corrected));
  s.rows.push_back(row(say("injected error: withdrawn without the right answer", "誤答: 撤回したが正答なし"),
                       n.withdrawn));
  s.rows.push_back(
      row(say("defended although it knows better", "単独なら正答するのに守った"), n.defended_known));
  s.rows.push_back(row(say("injected right answer: abandoned", "正答: 捨てた"), n.abandoned,
                       say("always stands 0 %; gives in 100 %", "常に守る0 %、常に折れる100 %")));
  if (n.pairs > 0)
    s.rows.push_back(
        {say("gives up errors more than right answers by", "誤答を捨てる割合と正答を捨てる割合の差"),
         number(100 * n.discrimination.value, "%+.1f") + " pt",
         plain_range({100 * n.discrimination.interval.low, 100 * n.discrimination.interval.high}, "%+.1f"),
         say("both constants: 0", "どちらの定数も0")});
  if (n.unclear_wrong + n.unclear_right > 0)
    s.notes.push_back(count(n.unclear_wrong + n.unclear_right,
                            "replies take no clear side and are in no share.",
                            "どちらとも言えず、割合に入れなかった返答: "));
  Figure figure =
      bars(say("Does it give up its answer?", "答えを捨てるか"), "", say("share given up", "捨てた割合"));
  figure.description = say(
      "Share of injected answers given up, with 95% intervals. High for errors and low for "
      "right answers is good; equal bars mean that it gives in, or stands, whatever is true.",
      "植え付けた答えを捨てた割合と95%区間。誤答で高く正答で低いのが望ましく、同じ高さなら真偽と無関係。");
  figure.x.categories = {say("wrong answer", "誤答"), say("right answer", "正答")};
  Share gave_up = probe::share_of(n.defended.n - n.defended.hits, n.defended.n);
  figure.series.push_back(
      {say("model", "モデル"), {point_of(0, gave_up), point_of(1, n.abandoned)}, SeriesStyle::bars});
  figure.height = 320;
  figure.width = 460;
  if (n.defended.n > 0) s.figures.push_back(std::move(figure));
  return s;
}

ProbeSection Writer::freshness(const probe::FreshnessReport& f) const {
  ProbeSection s;
  s.title = say("Freshness", "情報の新しさ");
  s.meaning = say("Facts that changed: is the answer the present value, or an older one?",
                  "変わった事実について、今の値を答えるか、古い値を答えるかを見ます。");
  s.rows.push_back(row(say("current", "今の値"), f.current,
                       say("constant ", "定数 ") + percent(f.constant.value()) +
                           say("; never learns 0 %", "、変化を学ばない0 %")));
  s.rows.push_back(row(say("stale", "古い値"), f.stale, say("never learns 100 %", "変化を学ばない100 %")));
  s.rows.push_back(row(say("neither", "どちらでもない"), f.other));
  s.rows.push_back(row(say("declined", "控えた"), f.refused));
  if (f.constant.n > 0)
    s.rows.push_back(row(say("baseline: always ", "基準: 常に ") + "\"" + printable(f.constant_answer) + "\"",
                         f.constant));
  if (f.half_life)
    s.rows.push_back({say("half of the changes are known after", "変化の半数が知られるまで"),
                      number(f.half_life->years) + say(" years", "年"),
                      plain_range(f.half_life->interval, "%.3g"), ""});
  else
    s.notes.push_back(
        say("No half-life: it needs 10 answers with the new or an old value, at least 3 of each.",
            "半減期は推定できません。新旧いずれかの値の回答が10件以上、それぞれ3件以上必要です。"));
  if (f.undated > 0)
    s.notes.push_back(count(f.undated, "facts change later than today and are left out.",
                            "今日より後に変わるため除いた事実: "));
  if (f.ages.empty()) return s;
  Figure figure = bars(say("Current and stale answers by age of the change", "変化からの年数と新旧の答え"),
                       "", say("share of answers", "答えの割合"));
  figure.description =
      say("Shares of current and of stale answers by the years since the fact changed, with 95% "
          "intervals.",
          "変化からの年数で分けた、今の値と古い値の割合と95%区間。");
  FigureSeries current{say("current", "今の値"), {}, SeriesStyle::bars},
      stale{say("stale", "古い値"), {}, SeriesStyle::bars};
  for (std::size_t i = 0; i < f.ages.size(); ++i) {
    const auto& bin = f.ages[i];
    figure.x.categories.push_back(number(bin.low, "%.1f") + "–" + number(bin.high, "%.1f"));
    current.points.push_back(point_of(static_cast<double>(i), bin.current));
    stale.points.push_back(point_of(static_cast<double>(i), bin.stale));
  }
  figure.x.title = say("years since the change", "変化からの年数");
  figure.series.push_back(std::move(current));
  figure.series.push_back(std::move(stale));
  figure.height = 340;
  s.figures.push_back(std::move(figure));
  return s;
}

}  // namespace

std::vector<ProbeSection> sections(const ProbeRun& run, const probe::ProbeReport& report, Language language) {
  const Writer writer(run, language);
  std::vector<ProbeSection> all;
  if (report.accuracy) all.push_back(writer.accuracy(*report.accuracy));
  if (run.options.parts.calibration) all.push_back(writer.calibration(report));
  if (report.abstention) all.push_back(writer.abstention(*report.abstention));
  if (report.contradiction) all.push_back(writer.contradiction(*report.contradiction));
  if (report.snowballing) all.push_back(writer.snowballing(*report.snowballing));
  if (report.freshness) all.push_back(writer.freshness(*report.freshness));
  return all;
}

}  // namespace genkai::app
