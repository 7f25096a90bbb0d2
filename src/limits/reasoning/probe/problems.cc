#include "limits/reasoning/probe/problems.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "base/hash.h"
#include "base/rng.h"

namespace genkai::limits::reasoning::probe {
namespace {

using base::Rng;
using text::Language;

constexpr std::size_t kGivens = 4;

struct Range {
  std::int64_t low = 0, high = 0;
  int times = -1;  // the drawn number is multiplied by this operand, so that a division comes out
};
// Operands 0 to 3 are given, 4 and more are results of earlier steps.
struct Step {
  char op;
  std::size_t left, right;
};
struct Template {
  std::vector<std::string_view> english, japanese;  // the last is the question
  std::array<Range, kGivens> ranges;
  std::vector<Step> steps;
};

// {N} and {M} are people, {T} things, {0} to {3} operands.
const std::vector<Template>& all() {
  static const std::vector<Template> templates = {
      {{"{N} buys {0} boxes of {T}.", "Each box holds {1} {T}.", "{N} gives {2} of the {T} to {M}.",
        "How many {T} does {N} have left?"},
       {"{N}さんは{T}を{0}箱買いました。", "どの箱にも{1}個ずつ入っています。",
        "{N}さんは{M}さんに{T}を{2}個あげました。", "{N}さんに残った{T}は何個ですか。"},
       {{{6, 12}, {8, 15}, {11, 40}, {}}},
       {{'*', 0, 1}, {'-', 4, 2}}},
      {{"{N} saves {0} coins every week for {1} weeks.", "Then {N} spends {2} coins on a gift for {M}.",
        "On the way home {N} finds {3} coins.", "How many coins does {N} have now?"},
       {"{N}さんは毎週{0}枚の硬貨を{1}週間ためました。", "そのあと{M}さんへの贈り物に硬貨を{2}枚使いました。",
        "帰り道で{N}さんは硬貨を{3}枚拾いました。", "{N}さんは今、硬貨を何枚持っていますか。"},
       {{{12, 25}, {4, 9}, {15, 45}, {3, 20}}},
       {{'*', 0, 1}, {'-', 4, 2}, {'+', 5, 3}}},
      {{"In the morning {N} picks {0} {T}.", "In the afternoon {N} picks {1} more than in the morning.",
        "{M} picks {2} {T} in all.", "How many {T} do they have together?"},
       {"午前中に{N}さんは{T}を{0}個集めました。", "午後は午前より{1}個多く集めました。",
        "{M}さんは全部で{T}を{2}個集めました。", "2人合わせて{T}は何個ありますか。"},
       {{{14, 39}, {5, 28}, {21, 60}, {}}},
       {{'+', 0, 1}, {'+', 0, 4}, {'+', 5, 2}}},
      {{"{N} drives a bus with {0} passengers.", "At the first stop {1} get off and {2} get on.",
        "At the second stop {3} more get on.", "How many passengers are on the bus then?"},
       {"{N}さんの運転するバスに乗客が{0}人乗っています。", "最初の停留所で{1}人が降り、{2}人が乗りました。",
        "次の停留所で{3}人が乗りました。", "バスの乗客は何人になりましたか。"},
       {{{31, 48}, {6, 27}, {4, 19}, {3, 16}}},
       {{'-', 0, 1}, {'+', 4, 2}, {'+', 5, 3}}},
      {{"{N} and {M} fill {0} trays with {T}.", "There are {1} {T} on each tray.",
        "They put all of the {T} into bags of {3}.", "How many bags do they fill?"},
       {"{N}さんと{M}さんは{T}を{0}枚の皿に並べました。", "どの皿にも{1}個ずつあります。",
        "2人は{T}をすべて{3}個入りの袋に詰めました。", "袋はいくつできましたか。"},
       {{{3, 6, 3}, {6, 14}, {}, {2, 4}}},
       {{'*', 0, 1}, {'/', 4, 3}}},
      {{"{N} reads {0} pages a day for {1} days.", "{M} reads {2} pages a day for {3} days.",
        "How many more pages than {M} does {N} read?"},
       {"{N}さんは1日{0}ページを{1}日間読みました。", "{M}さんは1日{2}ページを{3}日間読みました。",
        "{N}さんは{M}さんより何ページ多く読みましたか。"},
       {{{25, 40}, {6, 9}, {8, 15}, {3, 9}}},
       {{'*', 0, 1}, {'*', 2, 3}, {'-', 4, 5}}},
      {{"An adult's ticket costs {0} coins and a child's ticket {1} coins.",
        "{N} buys {2} tickets for adults and {3} for children.", "How many coins does {N} pay in all?"},
       {"大人の券は硬貨{0}枚、子どもの券は硬貨{1}枚です。",
        "{N}さんは大人の券を{2}枚、子どもの券を{3}枚買いました。", "{N}さんは全部で硬貨を何枚払いましたか。"},
       {{{13, 29}, {5, 12}, {3, 8}, {4, 9}}},
       {{'*', 0, 2}, {'*', 1, 3}, {'+', 4, 5}}},
      {{"A tank holds {0} litres of water.", "{N} adds {1} litres a minute for {2} minutes.",
        "Then {M} takes out {3} litres.", "How many litres are in the tank then?"},
       {"水槽に水が{0}リットル入っています。", "{N}さんが毎分{1}リットルずつ{2}分間水を入れました。",
        "そのあと{M}さんが{3}リットルくみ出しました。", "水槽の水は何リットルになりましたか。"},
       {{{40, 95}, {7, 16}, {5, 12}, {18, 70}}},
       {{'*', 1, 2}, {'+', 0, 4}, {'-', 5, 3}}},
  };
  return templates;
}

constexpr std::array<std::string_view, 16> kEnglishNames{"Mara",  "Tobias", "Ines",   "Oskar", "Lena", "Ravi",
                                                         "Noor",  "Felix",  "Aiko",   "Pavel", "Zoe",  "Imre",
                                                         "Dalia", "Kofi",   "Britta", "Samir"};
constexpr std::array<std::string_view, 16> kJapaneseNames{"佐藤",   "鈴木", "高橋", "田中", "伊藤", "渡辺",
                                                          "山本",   "中村", "小林", "加藤", "吉田", "山田",
                                                          "佐々木", "松本", "井上", "木村"};
constexpr std::array<std::string_view, 10> kEnglishThings{
    "apples", "pencils", "marbles", "buttons", "shells", "stickers", "plums", "candles", "acorns", "beads"};
constexpr std::array<std::string_view, 10> kJapaneseThings{"りんご", "みかん",    "石けん",   "ボタン",
                                                           "貝がら", "どんぐり",  "消しゴム", "ろうそく",
                                                           "ビーズ", "まんじゅう"};
constexpr std::array<std::string_view, 3> kEnglishIrrelevant{"{M} is {K} years old.",
                                                             "A neighbour of {N} owns {K} old stamps.",
                                                             "It has rained on {K} days this month."};
constexpr std::array<std::string_view, 3> kJapaneseIrrelevant{"{M}さんは{K}歳です。",
                                                              "{N}さんの隣人は古い切手を{K}枚持っています。",
                                                              "今月は雨の日が{K}日ありました。"};

void replace(std::string& text, std::string_view mark, std::string_view by) {
  for (std::size_t at = text.find(mark); at != std::string::npos; at = text.find(mark, at + by.size()))
    text.replace(at, mark.size(), by);
}

struct Words {
  std::string first, second, things;
};

template <std::size_t n, std::size_t m>
Words words_of(const std::array<std::string_view, n>& names, const std::array<std::string_view, m>& things,
               Rng& rng) {
  const std::size_t first = rng.below(n), second = (first + 1 + rng.below(n - 1)) % n;
  return {std::string(names[first]), std::string(names[second]), std::string(things[rng.below(m)])};
}

std::int64_t result_of(char op, std::int64_t left, std::int64_t right) {
  return op == '*' ? left * right : op == '+' ? left + right : op == '-' ? left - right : left / right;
}

}  // namespace

std::string Problem::text(std::size_t irrelevant_ones) const {
  const std::string_view space = language == Language::japanese ? "" : " ";
  std::string out;
  const auto add = [&](const std::string& sentence) {
    if (!out.empty()) out += space;
    out += sentence;
  };
  for (std::size_t i = 0; i < sentences.size(); ++i) {
    if (i + 1 == sentences.size())
      for (std::size_t k = 0; k < std::min(irrelevant_ones, irrelevant.size()); ++k) add(irrelevant[k]);
    add(sentences[i]);
  }
  add(question);
  return out;
}

std::size_t templates() {
  return all().size();
}

Problem make_problem(const std::string& id, std::size_t of, Language language, const ProblemSeeds& seeds) {
  const Template& form = all()[of % all().size()];
  const bool japanese = language == Language::japanese;
  Rng naming(base::hash64("names" + id, seeds.names)), numbering(base::hash64("numbers" + id, seeds.numbers));
  const Words words = japanese ? words_of(kJapaneseNames, kJapaneseThings, naming)
                               : words_of(kEnglishNames, kEnglishThings, naming);
  std::vector<std::int64_t> values(kGivens);
  for (std::size_t i = kGivens; i-- > 0;) {  // from the last: an earlier one may be a multiple of a later one
    const Range& range = form.ranges[i];
    values[i] = range.low + static_cast<std::int64_t>(
                                numbering.below(static_cast<std::uint64_t>(range.high - range.low + 1)));
    if (range.times >= 0) values[i] *= values[static_cast<std::size_t>(range.times)];
  }
  const auto fill = [&](std::string_view pattern) {
    std::string out(pattern);
    replace(out, "{N}", words.first);
    replace(out, "{M}", words.second);
    replace(out, "{T}", words.things);
    for (std::size_t i = 0; i < kGivens; ++i)
      replace(out, "{" + std::to_string(i) + "}", std::to_string(values[i]));
    return out;
  };
  Problem problem;
  problem.id = id;
  problem.language = language;
  const auto& patterns = japanese ? form.japanese : form.english;
  for (std::size_t i = 0; i + 1 < patterns.size(); ++i) problem.sentences.push_back(fill(patterns[i]));
  problem.question = fill(patterns.back());
  for (const std::string_view pattern : japanese ? kJapaneseIrrelevant : kEnglishIrrelevant) {
    std::string sentence = fill(pattern);
    replace(sentence, "{K}", std::to_string(3 + numbering.below(25)));
    problem.irrelevant.push_back(std::move(sentence));
  }
  for (const Step& step : form.steps) {
    const std::int64_t left = values[step.left], right = values[step.right];
    values.push_back(result_of(step.op, left, right));
    problem.steps.push_back(std::to_string(left) + " " + step.op + " " + std::to_string(right) + " = " +
                            std::to_string(values.back()));
  }
  problem.answer = values.back();
  const std::string answer = std::to_string(problem.answer);
  problem.steps.push_back(japanese ? "答えは" + answer + "です。" : "The answer is " + answer + ".");
  return problem;
}

}  // namespace genkai::limits::reasoning::probe
