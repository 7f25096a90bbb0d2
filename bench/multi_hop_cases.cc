#include "multi_hop_cases.h"

#include "base/rng.h"

namespace genkai::bench {
namespace {

using base::Rng;
using knowledge::Block;
using knowledge::ParsedDocument;

std::string one_of(Rng& rng, const std::vector<std::string>& choices) {
  return choices[rng.below(choices.size())];
}

std::string name(Rng& rng, bool japanese, std::size_t syllables) {
  std::string out;
  for (std::size_t i = 0; i < syllables; ++i)
    out += japanese
               ? one_of(rng, {"ア", "ベ", "カ", "ド", "エ", "フィ", "ゴ",   "リ",   "ル", "マ",
                              "ネ", "オ", "パ", "ロ", "サ", "ト",   "ヴァ", "ウィ", "ゼ", "ミ"})
               : one_of(rng, {"bel", "cor", "dan", "el",  "far",  "gar", "hol", "ir",  "jen", "kas", "lor",
                              "mer", "nov", "os",  "pel", "quin", "ros", "sel", "tav", "vor", "wen", "zan"});
  if (!japanese) out[0] = static_cast<char>(out[0] - 'a' + 'A');
  return out;
}

std::string filler(Rng& rng, bool japanese) {
  return japanese
             ? one_of(rng, {"資料は町の図書室で読める。", "この項目は毎年春に見直される。",
                            "写真も数枚残っている。", "当時の新聞は小さく報じた。",
                            "地元ではよく知られた話である。", "記録は二冊の帳面にまとめられた。",
                            "詳しい経緯は分かっていない。", "案内板は二か国語で書かれている。"})
             : one_of(rng,
                      {"The records are kept in the town library. ", "The entry is revised every spring. ",
                       "A few photographs have survived. ", "The newspapers of the day gave it little room. ",
                       "It is a well-known story in the area. ", "Two ledgers hold the details. ",
                       "Little else is known about it. ", "The sign at the gate is in two languages. "});
}

std::string around(Rng& rng, bool japanese, const std::string& fact) {
  std::string out = rng.below(2) ? filler(rng, japanese) : "";
  out += fact + (japanese ? "" : " ");
  for (std::size_t i = 1 + rng.below(2); i > 0; --i) out += filler(rng, japanese);
  return out;
}

class Maker {
 public:
  explicit Maker(std::uint64_t seed) : rng_(seed) {}

  void make(HopKind kind, bool japanese) {
    japanese_ = japanese;
    HopCase made{kind, japanese, "", {}};
    if (kind == HopKind::fragments)
      fragments(made);
    else
      chain(made);
    suite_.cases.push_back(std::move(made));
  }
  Suite take() { return std::move(suite_); }

 private:
  void document(const std::vector<std::string>& paragraphs) {
    ParsedDocument made;
    made.info.id = "made-" + std::to_string(suite_.documents.size());
    made.info.language = japanese_ ? "ja" : "en";
    for (const std::string& text : paragraphs) {
      Block block;
      block.text = text;
      made.blocks.push_back(std::move(block));
    }
    suite_.documents.push_back(std::move(made));
  }

  // Works of someone, who was born somewhere, which belongs to something.
  void chain(HopCase& made) {
    const std::string work = name(rng_, japanese_, 3), town = name(rng_, japanese_, 3),
                      county = name(rng_, japanese_, 3),
                      person = name(rng_, japanese_, 2) + (japanese_ ? "・" : " ") + name(rng_, japanese_, 3);
    std::vector<std::string> facts;
    if (japanese_) {
      facts = {one_of(rng_, {"", "湖畔に建つ"}) + work + "天文台を設計したのは" + person + "である。",
               one_of(rng_, {person + "は" + town + "の漁師の家に生まれた。",
                             person + "の生まれは" + town + "である。",
                             "建築家の" + person + "は幼いころまで生まれた町" + town + "で暮らした。"}),
               one_of(rng_, {town + "は" + county + "郡に属する。",
                             town + "が属するのは" + county + "郡である。"})};
      made.question = made.kind == HopKind::one_passage ? work + "天文台を設計したのは誰ですか？"
                      : made.kind == HopKind::two_hop
                          ? work + "天文台を設計した人はどこで生まれましたか？"
                          : work + "天文台を設計した人が生まれた町は何という郡に属しますか？";
    } else {
      facts = {one_of(rng_, {"The " + work + " Observatory was designed by " + person + ".",
                             person + " designed the " + work + " Observatory on the lake."}),
               one_of(rng_, {person + " was born in " + town + " to a family of fishermen.",
                             "Born in " + town + ", " + person + " went to sea at fifteen.",
                             "The town of " + town + " is where " + person + " was born."}),
               one_of(rng_, {town + " belongs to the county of " + county + ".",
                             "The county of " + county + " includes " + town + " and its harbour."})};
      made.question = made.kind == HopKind::one_passage ? "Who designed the " + work + " Observatory?"
                      : made.kind == HopKind::two_hop
                          ? "Where was the designer of the " + work + " Observatory born?"
                          : "Which county does the town belong to where the designer of the " + work +
                                " Observatory was born?";
    }
    const std::size_t needed = made.kind == HopKind::one_passage ? 1 : made.kind == HopKind::two_hop ? 2 : 3;
    for (std::size_t i = 0; i < facts.size(); ++i) {
      document({around(rng_, japanese_, facts[i])});
      if (i < needed) made.needed.push_back(facts[i]);
    }
  }

  // A condition and, in the next paragraph, what follows from it.
  void fragments(HopCase& made) {
    const std::string place = name(rng_, japanese_, 3), hours = std::to_string(2 + rng_.below(40));
    const std::string amount = std::to_string(100 + rng_.below(9000));
    std::string condition, consequence;
    if (japanese_) {
      condition = place + "図書館で本を" + hours + "日より長く借りた人は、延滞者として扱われる。";
      consequence =
          one_of(rng_, {"この場合、", "その場合は", "これに当たる人は"}) + amount + "円を窓口で支払う。";
      made.question = place + "図書館で本を" + hours + "日より長く借りるとどうなりますか？";
    } else {
      condition = "Whoever keeps a boat at " + place + " Harbour for more than " + hours +
                  " days without a permit counts as a long stay.";
      consequence = one_of(rng_, {"In that case ", "Then ", "For such boats "}) + "a charge of " + amount +
                    " crowns has to be paid at the office.";
      made.question =
          "What happens if I keep a boat at " + place + " Harbour for more than " + hours + " days?";
    }
    // Long enough paragraphs that each is a passage of its own.
    const auto long_text = [&](std::string text, bool at_begin) {
      std::string rest;
      for (int i = 0; i < 7; ++i) rest += filler(rng_, japanese_);
      return at_begin ? text + (japanese_ ? "" : " ") + rest : rest + text;
    };
    document({long_text("", false), long_text(condition, false), long_text(consequence, true),
              long_text("", false)});
    made.needed = {condition, consequence};
  }

  Rng rng_;
  bool japanese_ = false;
  Suite suite_;
};

}  // namespace

Suite make_suite(std::uint64_t seed, std::size_t of_each) {
  Maker maker(seed);
  for (const HopKind kind : {HopKind::one_passage, HopKind::fragments, HopKind::two_hop, HopKind::three_hop})
    for (const bool japanese : {false, true})
      for (std::size_t i = 0; i < of_each; ++i) maker.make(kind, japanese);
  return maker.take();
}

}  // namespace genkai::bench
