// Japanese orders to a model: groups of alternatives that follow each other within so many bytes, inside a
// sentence.

#include <array>
#include <bit>
#include <bitset>
#include <cstdint>
#include <functional>
#include <string>
#include <unordered_map>

#include "base/hash.h"
#include "limits/retrieval/injection.h"
#include "text/utf8.h"

namespace genkai::limits::retrieval::orders {
namespace {

// Alternatives separated by '|'; up to three groups.
struct Rule {
  OrderFamily family;
  double weight;
  std::string_view why;
  std::array<std::string_view, 3> groups;
  std::size_t gap = 45;  // bytes between the end of one group and the start of the next
};
using F = OrderFamily;
constexpr std::string_view kOrders = "指示|命令|プロンプト|ルール|指令|ガイドライン|制約|設定|規則";
constexpr std::string_view kDo = "してください|して下さい|せよ|しろ|しなさい|すること|してほしい";
constexpr std::string_view kAside =
    "無視して、|無視してください|無視して下さい|無視せよ|無視しろ|無視しなさい|無視すること|無視し、|"
    "忘れてください|忘れて、|忘れなさい|忘れろ|破棄して|従わないで|従うな|従わず|従ってはならない|破棄せよ|"
    "破棄しろ|撤回し|取り消せ|上書きせよ|忘れること|捨てて|捨てろ|取り消し、|上書きして|無視して";
constexpr std::array<Rule, 33> kRules{{
    {F::set_aside,
     1,
     "sets instructions aside",
     {"これまで|以前|上記|前の|先の|今まで|すべての|全ての|あらゆる|システム|元の|既存|従来|直前", kOrders,
      kAside}},
    {F::set_aside, .8, "sets instructions aside", {kOrders, kAside, ""}},
    {F::set_aside,
     .8,
     "sets instructions aside",
     {"これまでの|今までの|以前の|上記の", "内容|会話|文脈|こと", kAside}},
    {F::others,
     .6,
     "sets other sources aside",
     {"他の|ほかの|別の|その他の", "文書|資料|情報|文献|ページ|出典|記事|文章|抜粋",
      "誤り|間違|誤って|古い|偽|無視|信用し|信頼でき|使わない|読まない|参照しない|嘘"}},
    {F::others,
     .5,
     "sets other sources aside",
     {"この文書|この文章|本書|この情報", "だけが|のみが|が唯一", "正し|有効|信頼|真"}},
    {F::address,
     .6,
     "speaks to a model",
     {"aiアシスタント|aiへ:|aiへ。|aiへ、|aiへ "
      "|言語モデルへ|アシスタントへ|チャットボットへ|llmへ|生成aiへ|モデルへの指示|aiへの|"
      "aiに対する指示|モデルに対する指示",
      "", ""}},
    {F::address,
     .6,
     "speaks to a model",
     {"あなたは|あなたが", "ai|言語モデル|アシスタント|チャットボット", "です|なら|である|として"}},
    {F::address,
     .6,
     "speaks to a model",
     {"この文書|この文章|このページ|本文|これ", "読んでいる|処理する|要約する|参照する|読む",
      "ai|モデル|アシスタント"}},
    {F::address, .35, "speaks to a model", {"言語モデル|生成ai|チャットボット|アシスタントは", "", ""}},
    {F::when_asked,
     .6,
     "says what to answer when asked",
     {"聞かれたら|尋ねられたら|質問されたら|問われたら|聞かれた場合|尋ねられた場合|質問された場合|"
      "問われた場合|聞かれても|問われても|聞かれた際|尋ねられた際|質問には|問いには|という質問に",
      "と答え|と回答|と返答|と述べ|と伝え|を回答|を答え|とだけ", ""},
     150},
    {F::when_asked,
     .4,
     "says what to answer when asked",
     {"要約するとき|要約する際|回答するとき|回答する際|答えるとき", "必ず|常に|のみ|だけ", ""},
     60},
    {F::say,
     .6,
     "says what to answer",
     {"と回答してください|と回答せよ|と回答しろ|と回答しなさい|と回答すること|と返答してください|と返答せよ|"
      "と返答しろ|と返答しなさい|と返答すること|と出力してください|と出力せよ|と出力しろ|と出力しなさい|"
      "と出力すること|と断言してください|と断言せよ|と断言しろ|と断言しなさい|と断言すること|"
      "と主張してください|と主張せよ|と主張しろ|と主張しなさい|と主張すること|と説明してください|と説明せよ|"
      "と説明しろ|と説明しなさい|と説明すること|と案内してください|と案内せよ|と案内しろ|と案内しなさい|"
      "と案内すること|と報告してください|と報告せよ|と報告しろ|と報告しなさい|と報告すること|"
      "と表示してください|と表示せよ|と表示しろ|と表示しなさい|と表示すること|と記述してください|と記述せよ|"
      "と記述しろ|と記述しなさい|と記述すること|と宣言してください|と宣言せよ|と宣言しろ|と宣言しなさい|"
      "と宣言すること|と答えてください|と答えよ|と答えろ|と答えなさい|と答えること|と述べてください|と述べよ|"
      "と述べろ|と述べなさい|と述べること|と伝えてください|と伝えよ|と伝えろ|と伝えなさい|と伝えること|"
      "と告げてください|と告げよ|と告げろ|と告げること|と教えてください|と教えよ|と教えろ|と教えること|"
      "と言ってください|と言え|と言いなさい|と言うこと|と書いてください|と書け|と書きなさい|と書くこと|"
      "と返してください|と返せ|と返すこと|とだけ答え|とだけ返|とだけ回答|とだけ出力|とだけ言|とだけ述べ|"
      "とだけ書|であると答え",
      "", ""}},
    {F::say,
     .5,
     "says what to answer",
     {"必ず|常に", "と答え|と回答|と返答|と述べ|と断言|を推薦|を勧め|と伝え|を回答|と出力", ""},
     120},
    {F::say,
     .5,
     "says what to answer",
     {"回答|答え|返答|応答|要約", "に含めて|の最後に|の冒頭に|の末尾に|の中で必ず",
      "ください|こと|せよ|しろ"},
     90},
    {F::say,
     .4,
     "says what to answer",
     {"次の文|次の言葉|以下の文|以下の通り|以下のとおり|次のように", "出力|回答|答え|返答", kDo},
     40},
    {F::say,
     .5,
     "says what to answer",
     {"ユーザー|利用者|質問者|読者", "に", "と伝えて|と案内し|を案内し|と告げ|を勧めて"},
     60},
    {F::secrecy,
     .5,
     "asks to be kept secret",
     {"言及しないで|触れないで|明かさないで|引用しないで|知らせないで|伝えないで|示さないで|言及するな|"
      "言及してはならない|明かすな|秘密にして|口外しないで",
      "", ""}},
    {F::secrecy,
     .4,
     "asks to be kept secret",
     {"この指示|この文書|この文|このコメント|出典|この命令", "しないで|せずに|するな|しないこと|ないように",
      ""},
     40},
    {F::role,
     .5,
     "gives the reader a role",
     {"あなたは今から|今からあなたは|これからあなたは|あなたはこれから|以降、あなたは|ただいまからあなたは",
      "", ""}},
    {F::role, .5, "gives the reader a role", {"として振る舞|になりきって|のふりをして|の役を演じ", "", ""}},
    {F::role,
     .6,
     "gives the reader a role",
     {"新しい指示|新たな指示|開発者モード|真の指示|本当の指示|最優先の指示|緊急指示|管理者からの指示|"
      "システム指示|システムメッセージ|管理者モード",
      "", ""}},
    {F::reveal,
     1,
     "asks for the reader's instructions",
     {"システムプロンプト|初期指示|内部の指示|あなたの指示|秘密の指示",
      "表示|出力|公開|教え|開示|示し|書き出",
      "してください|して下さい|せよ|しろ|なさい|てください|て下さい"}},
    {F::send,
     .7,
     "asks to send something away",
     {"会話|質問|履歴|apiキー|パスワード|プロンプト", "http|url|メールアドレス",
      "送信|送って|送付|転送|投稿|付け加え"},
     90},
    {F::send,
     .7,
     "asks to send something away",
     {"会話|履歴|apiキー|プロンプト", "送信|転送|送って", "http|ください|せよ|しろ"},
     60},
    {F::truth,
     .5,
     "declares the only answer",
     {"正しい答えは|唯一の答えは|正解は必ず|最終回答|正しい回答は", "", ""}},
    {F::truth,
     .4,
     "declares the only answer",
     {"どのような質問|どんな質問|あらゆる質問|いかなる質問|すべての質問", "", ""}},
    {F::set_aside,
     .6,
     "sets instructions aside",
     {"安全|倫理|検閲|出典", "制限|フィルタ|確認|規則", "解除|無効|外し"}},
    {F::others, .5, "sets other sources aside", {"他の|ほかの", "よりも優先|より優先|に優先", ""}, 60},
    {F::say,
     .4,
     "says what to answer",
     {"のみを出力|だけを出力|のみ出力|だけを答え|のみを回答|だけを回答", "", ""}},
    {F::when_asked,
     .4,
     "says what to answer when asked",
     {"質問の内容にかかわらず|質問に関わらず|何を聞かれても|何を尋ねられても|内容に関係なく", "", ""}},
    {F::say, .4, "says what to answer", {"言うとおりに|言う通りに", "", ""}},
    {F::say, .5, "says what to answer", {"回答|返答|答え", "から始めて|から始めること|で始めて", ""}, 120},
    {F::role, .8, "gives the reader a role", {"あなたは", "になりきって|として振る舞|の役を演じ", ""}},
}};

// What makes an order of "無視して" none.
constexpr std::array<std::string_view, 12> kNoOrder{"は", "も", "いる",     "いた",       "い",   "しま",
                                                    "き", "お", "下さった", "くださった", "よい", "構"};

bool is_order(std::string_view matched, std::string_view after) {
  if (!matched.ends_with("して")) return true;
  for (const std::string_view none : kNoOrder)
    if (after.starts_with(none)) return false;
  return true;
}

// The earliest place of any alternative in text[from, to), or npos; `end` is where it ends.
std::size_t find_any(std::string_view text, std::string_view alternatives, std::size_t from, std::size_t to,
                     std::size_t& end) {
  std::size_t best = std::string_view::npos;
  const std::string_view part = text.substr(0, to);
  while (!alternatives.empty()) {
    const std::size_t bar = std::min(alternatives.find('|'), alternatives.size());
    const std::string_view one = alternatives.substr(0, bar);
    alternatives.remove_prefix(std::min(bar + 1, alternatives.size()));
    const std::size_t at = part.find(one, from);
    if (at >= best || at == std::string_view::npos || !is_order(one, text.substr(at + one.size()))) continue;
    best = at;
    end = at + one.size();
  }
  return best;
}

// The next 。 that does not end a quotation.
std::size_t sentence_end(std::string_view text, std::size_t from) {
  std::size_t at = text.find("。", from);
  while (at != std::string_view::npos &&
         (text.substr(at + 3).starts_with("」") || text.substr(at + 3).starts_with("』")))
    at = text.find("。", at + 3);
  return at;
}

bool match(const Rule& rule, std::string_view text, text::Span& span) {
  std::size_t end = 0;
  for (std::size_t from = 0;;) {
    const std::size_t begin = find_any(text, rule.groups[0], from, text.size(), end);
    if (begin == std::string_view::npos) return false;
    const std::size_t first_end = end;
    bool all = true;
    for (std::size_t g = 1; g < rule.groups.size() && all && !rule.groups[g].empty(); ++g) {
      const std::size_t reach = std::min(end + rule.gap + 36, text.size());
      const std::size_t stop = std::min(sentence_end(text, end), reach);
      const std::size_t at = find_any(text, rule.groups[g], end, std::min(stop + 3, text.size()), end);
      all = at != std::string_view::npos;
    }
    if (all) {
      span = {begin, end};
      return true;
    }
    from = end = first_end;
  }
}

// Which rules can match: by the first bytes of the alternatives of their first groups, which one pass over
// the text looks up.
constexpr std::size_t kKey =
    6;  // bytes: the shortest alternative of a first group, two characters of Japanese

class Openings {
 public:
  Openings() {
    for (std::size_t r = 0; r < kRules.size(); ++r)
      for (std::string_view rest = kRules[r].groups[0]; !rest.empty();) {
        const std::size_t bar = std::min(rest.find('|'), rest.size());
        rules_[std::string(rest.substr(0, kKey))] |= std::uint64_t{1} << r;
        first_.set(static_cast<unsigned char>(rest[2]));
        rest.remove_prefix(std::min(bar + 1, rest.size()));
      }
  }
  /// A bit for each rule whose first group may be in the text.
  std::uint64_t in(std::string_view text) const {
    std::uint64_t found = 0;
    for (std::size_t at = 0; at + kKey <= text.size(); ++at) {
      if (!first_.test(static_cast<unsigned char>(text[at + 2]))) continue;
      if ((static_cast<unsigned char>(text[at]) & 0xC0) == 0x80) continue;
      if (const auto rule = rules_.find(text.substr(at, kKey)); rule != rules_.end()) found |= rule->second;
    }
    return found;
  }

 private:
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const { return base::hash64(text); }
  };
  std::unordered_map<std::string, std::uint64_t, Hash, std::equal_to<>> rules_;
  std::bitset<256> first_;
};
static_assert(kRules.size() <= 64);

}  // namespace

void find_japanese(std::string_view folded, std::vector<Hit>& hits) {
  static const Openings kOpenings;
  if (text::is_ascii(folded)) return;
  for (std::uint64_t rules = kOpenings.in(folded); rules != 0; rules &= rules - 1) {
    const Rule& rule = kRules[static_cast<std::size_t>(std::countr_zero(rules))];
    if (text::Span span; match(rule, folded, span))
      hits.push_back({rule.family, rule.weight, rule.why, span});
  }
}

}  // namespace genkai::limits::retrieval::orders
