// Japanese questions that no program can answer in general.

#include <array>
#include <string>

#include "limits/hallucination/undecidable_rules.h"
#include "text/utf8.h"

namespace genkai::limits::hallucination {
namespace {

using Classes = std::vector<TextRule::Class>;

const Classes& classes() {
  static const Classes known = {
      {"この",
       {"この",       "その",   "次の",     "つぎの",   "以下の",   "下の",       "上の",      "下記の",
        "上記の",     "任意の", "あらゆる", "すべての", "全ての",   "与えられた", "ある",      "どんな",
        "どのような", "私の",   "僕の",     "自作の",   "こちらの", "次に示す",   "以下に示す"}},
      {"種類",
       {"python", "python3", "短い", "簡単な", "単純な", "小さな", "再帰", "再帰的な", "while", "for",
        "計算機", "コンピュータ", "コンピュータの", "コンピューター", "pythonの", "コラッツの"}},
      {"プログラム",
       {"プログラム", "スクリプト", "コード", "関数", "ループ", "アルゴリズム", "チューリング機械",
        "チューリングマシン", "再帰", "ソースコード", "while文", "for文", "繰り返し"}},
      {"コード", {"コード", "関数", "スクリプト", "アルゴリズム", "ソースコード", "ループ"}},
      {"は", {"は", "が", "って", "も", "、"}},
      {"必ず",
       {"必ず",
        "かならず",
        "いつか",
        "いずれ",
        "常に",
        "つねに",
        "本当に",
        "ちゃんと",
        "正常に",
        "きちんと",
        "いつかは",
        "最終的に",
        "有限時間で",
        "有限時間内に",
        "有限回で",
        "有限のステップで",
        "どんな入力でも",
        "どんな入力に対しても",
        "どの入力でも",
        "任意の入力で",
        "任意の入力に対して",
        "すべての入力で",
        "すべての入力に対して",
        "全ての入力に対して",
        "あらゆる入力に対して",
        "いつまでも",
        "やがて",
        "入力によらず"}},
      {"停止", {"停止し", "停止する", "止まり", "止まる", "停止可能", "とまる", "とまり"}},
      {"終了", {"終了し", "終了する", "終わり", "終わる", "おわる", "おわり", "完了し", "完了する"}},
      {"か",
       {"か", "ますか", "のか", "のですか", "でしょうか", "のでしょうか", "るでしょうか", "んですか",
        "ませんか", "ないか", "ないのですか", "ないでしょうか", "の", "かな", "んでしょうか",
        "ますでしょうか", "かどうか", "ますかね"}},
      {"教えて",
       {"教えてください", "を教えてください", "を判定してください", "を調べてください", "判定してください",
        "調べてください", "教えて", "を判定して", "を教えて", "答えてください", "を答えてください",
        "分かりますか", "わかりますか"}},
      {"永遠", {"永遠に", "永久に", "無限に", "いつまでも", "終わりなく", "ずっと"}},
      {"続く",
       {"動き続け", "走り続け", "実行され続け", "回り続け", "続き", "続く", "ループし", "ループする",
        "繰り返され", "繰り返し", "動く", "動き", "回る", "回り"}},
      {"二つの",
       {"二つの", "2つの", "ふたつの", "これらの", "両方の", "両", "どちらの", "これら二つの", "これら2つの",
        "次の二つの", "次の2つの", "以下の二つの", "以下の2つの", "この二つの", "この2つの", "2個の"}},
      {"同じ",
       {"等価", "同等", "同値", "同じ動作", "同じ動き", "同じ結果", "同じ値", "同じ出力", "同じ処理",
        "同じ挙動", "同じ働き", "同じ計算", "同じ関数", "同じふるまい", "同じ振る舞い", "同一の動作",
        "同一の結果"}},
      // An open future.
      {"先", {"来年",   "来月",   "来週",     "明日",     "あした", "あす",   "将来", "今後",
              "明後日", "今週末", "次の",     "次に",     "未来",   "再来年", "今年", "来年度",
              "年後",   "年末",   "これから", "近い将来", "いつか", "今度の", "年の", "年に"}},
      {"相場",
       {"株価",       "ビットコイン", "仮想通貨",   "暗号資産",     "為替",     "円相場",       "ドル円",
        "金価格",     "金の価格",     "原油価格",   "日経平均",     "地価",     "イーサリアム", "株式市場",
        "不動産価格", "為替レート",   "ドルの価格", "ガソリン価格", "住宅価格", "円安",         "円高"}},
      {"動く", {"いくらになり", "いくらになる", "いくらでしょう", "上がり",   "上がる",     "下がり",
                "下がる",       "どうなり",     "どうなる",       "暴落",     "急騰",       "高騰",
                "上昇し",       "上昇する",     "下落し",         "下落する", "いくらまで", "どこまで",
                "回復し",       "回復する",     "倍にな",         "何円にな", "何ドルにな", "何円になる",
                "超え",         "続き",         "続く",           "進み",     "進む"}},
      {"問い",
       {"ますか", "るか", "でしょうか", "るのか", "るのですか", "ますでしょうか", "ですか", "るの", "うか",
        "か"}},
      {"勝つ", {"勝ち", "勝つ", "優勝し", "優勝する", "当選し", "当選する", "勝利し", "勝利する", "選ばれ"}},
      {"誰",
       {"誰が", "だれが", "どのチームが", "どの国が", "どちらが", "どこが", "どの政党が", "どの候補が",
        "どの候補者が", "どの選手が", "どの馬が", "どっちが"}},
      {"災害",
       {"地震", "噴火", "津波", "台風", "戦争", "パンデミック", "不況", "恐慌", "隕石", "大震災",
        "南海トラフ", "首都直下", "第三次世界大戦", "大噴火"}},
      {"起こる",
       {"起こり", "起こる", "起き", "来ます", "来る", "くる", "きます", "発生し", "発生する", "始まり",
        "始まる", "噴火し", "噴火する", "落ち", "襲い", "上陸し"}},
      {"人類", {"人類", "世界", "地球", "宇宙", "文明"}},
      {"滅ぶ", {"滅び", "滅ぶ", "滅亡", "終わり", "終わる", "絶滅", "消滅"}},
      {"ai", {"ai", "人工知能", "ロボット", "汎用人工知能", "agi", "機械"}},
      {"超える",
       {"人間を超え", "人類を超え", "支配し", "支配する", "意識を持", "仕事を奪", "人間に取って代わ",
        "人間を滅ぼ", "人類を滅ぼ", "感情を持"}},
  };
  return known;
}

enum class Needs { nothing, program, two_programs };
struct Rule {
  UndecidableKind kind;
  Needs needs;
  std::string_view text;
};

constexpr UndecidableKind kHalting = UndecidableKind::halting;
constexpr UndecidableKind kSame = UndecidableKind::equivalence;
constexpr UndecidableKind kFuture = UndecidableKind::future;
constexpr UndecidableKind kSelf = UndecidableKind::self_reference;

constexpr std::array kRules = {
    Rule{kHalting, Needs::nothing, "@この @種類? @プログラム @は? @必ず? @必ず? @停止 ..4 @か $"},
    Rule{kHalting, Needs::nothing, "@この @種類? @プログラム @は? @必ず? @必ず? @終了 ..4 @か $"},
    Rule{kHalting, Needs::nothing,
         "@この @種類? @プログラム @は? @必ず? @必ず? @停止|@終了 ..4 かどうか ..12 $"},
    Rule{kHalting, Needs::nothing,
         "@この @種類? @プログラム @は? ..2 無限ループ ..5 ますか|るか|ですか|でしょうか|ませんか|のか $"},
    Rule{kHalting, Needs::nothing, "@この @種類? @プログラム @は? @永遠 @続く ..4 @か $"},
    Rule{kHalting, Needs::nothing,
         "プログラム|関数|チューリング機械|チューリングマシン ..12 @停止|@終了 ..2 かどうか ..6 "
         "判定|決定|判断|見分け|調べ|知る"},
    Rule{kHalting, Needs::nothing, "停止性問題|停止問題 ..6 解け|解く|解決でき|判定でき"},
    Rule{kHalting, Needs::nothing,
         "@この @種類? @プログラム @は? @必ず? @必ず? @停止|@終了 ..2 か ..1 @教えて $"},
    Rule{kHalting, Needs::program, "@停止|@終了 ..5 @か $"},
    Rule{kHalting, Needs::program, "@停止|@終了 ..5 かどうか"},
    Rule{kHalting, Needs::program, "@停止|@終了 ..3 か ..1 @教えて"},
    Rule{kHalting, Needs::program, "無限ループ ..6 @か $"},
    Rule{kHalting, Needs::program, "@永遠 ..4 @続く ..5 @か $"},
    Rule{kHalting, Needs::program, "何ステップ|何回 ..6 @停止|@終了"},
    Rule{kSame, Needs::nothing, "@二つの @種類? @プログラム|コード|スクリプト @は? ..12 @同じ ..6 @か $"},
    Rule{kSame, Needs::nothing, "@二つの @コード @は 同じです か $"},
    Rule{kSame, Needs::nothing, "二つ|2つ の? プログラム|関数|コード ..4 @同じ ..8 判定|決定|判断"},
    Rule{kSame, Needs::two_programs, "@同じ|同じです|同じでしょう|同じに|違い|異なり|同一 ..10 @か $"},
    Rule{kSame, Needs::two_programs, "@同じ|同じ|異なる ..6 かどうか"},
    Rule{kFuture, Needs::nothing, "@先 ..14 @相場 ..8 @動く ..4 @問い $"},
    Rule{kFuture, Needs::nothing, "@相場 ..8 @先 ..8 @動く ..4 @問い $"},
    Rule{kFuture, Needs::nothing, "^ @相場 は|が|も|の ..6 @動く ..4 @問い $"},
    Rule{kFuture, Needs::nothing,
         "@先 ..16 @誰 @勝つ ..3 ますか|るか|でしょうか|るのか|るのでしょうか|つか|ますでしょうか $"},
    Rule{kFuture, Needs::nothing,
         "^ ..20 で|は|、 @誰 @勝つ ..3 ますか|でしょうか|ると思いますか|と思いますか $"},
    Rule{kFuture, Needs::nothing,
         "@先 ..16 優勝する|勝つ|当選する|優勝 の|チーム|国|馬|選手|候補|人 ..4 誰|どこ|どちら|どの ..8 $"},
    Rule{kFuture, Needs::nothing,
         "次の|次期|来年の ..8 大統領|首相|総理大臣|総理|ローマ教皇 ..2 誰 ..2 なり|なる ..6 $"},
    Rule{kFuture, Needs::nothing,
         "@先 ..10 雨|雪|雷|台風 ..3 降り|降る|来る|来ます|上陸 ..3 ますか|るか|でしょうか|ますかね $"},
    Rule{kFuture, Needs::nothing, "@先 ..10 天気|気温|天候 ..3 どう|晴れ|何度|良く|よく ..8 $"},
    Rule{kFuture, Needs::nothing,
         "宝くじ|ロト6|ロト7|ジャンボ ..8 当たる|当選|当せん|当たり ..2 番号 ..4 何|いくつ|どれ|なり|なる "
         "..8 $"},
    Rule{kFuture, Needs::nothing, "宝くじ ..3 当たり ..2 ますか|でしょうか $"},
    Rule{kFuture, Needs::nothing, "@災害 ..4 いつ|どこ ..4 @起こる ..4 か $"},
    Rule{kFuture, Needs::nothing, "いつ|どこで|どこに ..10 @災害 は|が @起こる ..4 か $"},
    Rule{kFuture, Needs::nothing, "@先 ..10 @災害 は|が ..4 @起こる ..4 か $"},
    Rule{kFuture, Needs::nothing, "富士山 ..3 いつ? ..2 噴火します|噴火する ..4 か $"},
    Rule{kFuture, Needs::nothing,
         "@人類 は|が|の ..6 @滅ぶ ..5 ますか|るか|でしょうか|するのか|ぶか|るのか $"},
    Rule{kFuture, Needs::nothing, "@ai は|が|も ..8 @超える ..6 か $"},
    Rule{kFuture, Needs::nothing,
         "人類 は|が ..6 火星|月|宇宙|他の ..12 住め|移住|到達|行け|暮らせ ..6 ますか|でしょうか|るか $"},
    Rule{kFuture, Needs::nothing,
         "私|僕|俺 は|の寿命は ..6 死に|死ぬ|生きられ|結婚でき|結婚し|幸せにな|金持ちにな|何歳まで ..8 か $"},
    Rule{kFuture, Needs::nothing, "^ @先 ..4 戦争|世界 は|が どうなり ..3 か $"},
    Rule{kSelf, Needs::nothing, "この文|この命題|この文章 は|が 偽|嘘|うそ|誤り|間違い|正しくない ..8 $"},
    Rule{kSelf, Needs::nothing, "この質問|この問い ..4 答え|いいえ ..4 いいえ|ノー|答え ..4 か $"},
    Rule{kSelf, Needs::nothing, "自分自身を ..2 要素 ..6 含まない|しない|持たない ..10 集合"},
};

struct Compiled {
  UndecidableKind kind;
  Needs needs;
  TextRule rule;
};

const std::vector<Compiled>& rules() {
  static const std::vector<Compiled> compiled = [] {
    std::vector<Compiled> out;
    for (const Rule& rule : kRules) out.push_back({rule.kind, rule.needs, TextRule(rule.text, classes())});
    return out;
  }();
  return compiled;
}

/// Sentences without spaces, quotes and final marks.
std::vector<std::string> sentences_of(std::string_view text) {
  std::vector<std::string> out(1);
  for (std::size_t at = 0; at < text.size();) {
    const text::CodePoint c = text::code_point_at(text, at);
    const bool ends = c.value == U'。' || c.value == U'?' || c.value == U'!' || c.value == '\n' ||
                      c.value == U':' || c.value == U'.';
    const bool drops = text::is_space(c.value) || c.value == U'「' || c.value == U'」' || c.value == U'`' ||
                       c.value == U'・' || c.value == U'“' || c.value == U'”' || c.value == U'"' ||
                       c.value == U'『' || c.value == U'』';
    if (ends && !out.back().empty()) out.emplace_back();
    if (!ends && !drops) out.back().append(text.substr(at, c.length));
    at += c.length;
  }
  if (out.back().empty()) out.pop_back();
  return out;
}

/// Words of a schedule or a manual: whoever asks for these does not ask whether.
bool asks_for_something_else(std::string_view sentence) {
  constexpr std::array<std::string_view, 18> other = {
      "何時",       "何日",   "いつ終", "いつ止",   "いつ停", "なぜ",   "どうして", "どうすれば", "方法",
      "どうやって", "とは何", "場合は", "ましたか", "理由",   "ていま", "ている",   "ておりま",   "予定"};
  for (const std::string_view word : other)
    if (sentence.find(word) != std::string_view::npos) return true;
  return false;
}

/// Asked about what has been: 起こりましたか, 起きたのは.
bool is_past(std::string_view sentence) {
  for (const std::string_view end : {"た", "たか", "たのか", "たのですか", "たでしょうか", "たのでしょうか"})
    if (sentence.ends_with(end)) return true;
  return sentence.find("たのは") != std::string_view::npos;
}

bool met(Needs needs, std::size_t programs) {
  return needs == Needs::nothing || (needs == Needs::program ? programs >= 1 : programs >= 2);
}

}  // namespace

std::optional<UndecidableKind> japanese_kind(std::string_view prose, std::size_t programs) {
  const std::vector<std::string> sentences = sentences_of(prose);
  for (const bool same : {true, false})
    for (const Compiled& one : rules()) {
      if ((one.kind == kSame) != same || !met(one.needs, programs)) continue;
      for (const std::string& sentence : sentences) {
        if (one.kind == kHalting && asks_for_something_else(sentence)) continue;
        if (one.kind == kFuture && is_past(sentence)) continue;
        if (one.rule.matches(sentence)) return one.kind;
      }
    }
  return std::nullopt;
}

}  // namespace genkai::limits::hallucination
