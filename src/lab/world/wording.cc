#include "lab/world/wording.h"

#include <algorithm>
#include <array>

namespace genkai::lab::world {
namespace {

// S stands for the subject, V for the value, A and B for the first and the last year, Y for the year asked
// about; each in braces. The last of each list is held out.
using List = std::array<std::string_view, 4>;  // as many as are not empty

struct Wordings {
  List plain, since, between, ask, back, in;
};

constexpr std::array<Wordings, kRelations> kEnglish{{
    {{"{S} was born in {V}.", "The birthplace of {S} is {V}.", "{S} was born in the town of {V}."},
     {},
     {},
     {"Where was {S} born?", "In which town was {S} born?", "What is the birthplace of {S}?"},
     {},
     {}},
    {{"{S} was born in the year {V}.", "The birth year of {S} is {V}.", "It was in {V} that {S} was born."},
     {},
     {},
     {"When was {S} born?", "In which year was {S} born?", "What is the birth year of {S}?"},
     {},
     {}},
    {{"{S} works as a {V}.", "The occupation of {S} is {V}.", "By profession, {S} is a {V}."},
     {},
     {},
     {"What is the occupation of {S}?", "What does {S} work as?", "What is the profession of {S}?"},
     {},
     {}},
    {{"{S} lives in {V}.", "The home of {S} is in {V}.", "{S} has a house in {V} and lives there."},
     {"Since {A}, {S} has lived in {V}.", "{S} has lived in {V} since {A}."},
     {"From {A} to {B}, {S} lived in {V}.", "{S} lived in {V} from {A} to {B}."},
     {"Where does {S} live?", "In which town does {S} live?", "Where is the home of {S}?"},
     {},
     {"Where did {S} live in {Y}?", "In which town did {S} live in {Y}?"}},
    {{"{S} works for {V}.", "The employer of {S} is {V}.", "{S} is employed by {V}."},
     {"Since {A}, {S} has worked for {V}.", "{S} has worked for {V} since {A}."},
     {"From {A} to {B}, {S} worked for {V}.", "{S} worked for {V} from {A} to {B}."},
     {"Which company does {S} work for?", "What is the employer of {S}?", "Which company employs {S}?"},
     {},
     {"Which company did {S} work for in {Y}?", "For which company did {S} work in {Y}?"}},
    {{"The mayor of {S} is {V}.", "{V} is the mayor of {S}.", "{S} has {V} as its mayor."},
     {"Since {A}, the mayor of {S} has been {V}.", "{V} has been the mayor of {S} since {A}."},
     {"From {A} to {B}, the mayor of {S} was {V}.", "{V} was the mayor of {S} from {A} to {B}."},
     {"Who is the mayor of {S}?", "Which person is the mayor of {S}?", "Who is mayor in {S}?"},
     {"Of which town is {V} the mayor?", "Which town has {V} as its mayor?"},
     {"Who was the mayor of {S} in {Y}?", "Which person was the mayor of {S} in {Y}?"}},
    {{"{S} has {V} inhabitants.", "The population of {S} is {V}.", "{V} people live in {S}."},
     {},
     {},
     {"How many inhabitants does {S} have?", "What is the population of {S}?",
      "How many people live in {S}?"},
     {},
     {}},
    {{"{S} was founded in {V}.", "The company {S} was founded in {V}.", "{S} was established in {V}."},
     {},
     {},
     {"When was {S} founded?", "In which year was {S} founded?", "When was {S} established?"},
     {},
     {}},
    {{"The head office of {S} is in {V}.", "{S} has its head office in {V}.", "{S} is based in {V}."},
     {},
     {},
     {"Where is the head office of {S}?", "In which town is the head office of {S}?", "Where is {S} based?"},
     {},
     {}},
    {{"The director of {S} is {V}.", "{V} is the director of {S}.", "{S} is led by its director {V}."},
     {"Since {A}, the director of {S} has been {V}.", "{V} has been the director of {S} since {A}."},
     {"From {A} to {B}, the director of {S} was {V}.", "{V} was the director of {S} from {A} to {B}."},
     {"Who is the director of {S}?", "Which person is the director of {S}?",
      "Who leads {S} as its director?"},
     {"Of which company is {V} the director?", "Which company has {V} as its director?"},
     {"Who was the director of {S} in {Y}?", "Which person was the director of {S} in {Y}?"}},
    {{"{S} was written by {V}.", "The author of {S} is {V}.", "The novel {S} was written by {V}."},
     {},
     {},
     {"Who wrote {S}?", "Who is the author of {S}?", "By whom was {S} written?"},
     {"Which book did {V} write?", "Which novel was written by {V}?"},
     {}},
    {{"{S} was published in {V}.", "The novel {S} was published in {V}.", "{S} came out in {V}."},
     {},
     {},
     {"When was {S} published?", "In which year was {S} published?", "When did {S} come out?"},
     {},
     {}},
}};

constexpr std::array<Wordings, kRelations> kJapanese{{
    {{"{S}は{V}で生まれました。", "{S}の出身地は{V}です。", "{S}の生まれ故郷は{V}です。"},
     {},
     {},
     {"{S}はどこで生まれましたか？", "{S}の出身地はどこですか？", "{S}の生まれ故郷はどこですか？"},
     {},
     {}},
    {{"{S}は{V}に生まれました。", "{S}の生年は{V}です。", "{S}が生まれたのは{V}です。"},
     {},
     {},
     {"{S}は何年に生まれましたか？", "{S}の生年は何年ですか？", "{S}が生まれたのは何年ですか？"},
     {},
     {}},
    {{"{S}の職業は{V}です。", "{S}は{V}として働いています。", "{S}の仕事は{V}です。"},
     {},
     {},
     {"{S}の職業は何ですか？", "{S}の職業を教えてください。", "{S}の仕事は何ですか？"},
     {},
     {}},
    {{"{S}は{V}に住んでいます。", "{S}の住まいは{V}にあります。", "{S}は{V}で暮らしています。"},
     {"{A}年から、{S}は{V}に住んでいます。", "{S}は{A}年から{V}に住んでいます。"},
     {"{A}年から{B}年まで、{S}は{V}に住んでいました。", "{S}は{A}年から{B}年まで{V}に住んでいました。"},
     {"{S}はどこに住んでいますか？", "{S}の住まいはどこにありますか？", "{S}はどこで暮らしていますか？"},
     {},
     {"{Y}年に{S}はどこに住んでいましたか？", "{S}は{Y}年にどこに住んでいましたか？"}},
    {{"{S}の勤務先は{V}です。", "{S}は{V}に勤めています。", "{S}は{V}で働いています。"},
     {"{A}年から、{S}の勤務先は{V}です。", "{S}は{A}年から{V}に勤めています。"},
     {"{A}年から{B}年まで、{S}の勤務先は{V}でした。", "{S}は{A}年から{B}年まで{V}に勤めていました。"},
     {"{S}の勤務先はどこですか？", "{S}はどの会社に勤めていますか？", "{S}はどこで働いていますか？"},
     {},
     {"{Y}年に{S}の勤務先はどこでしたか？", "{S}は{Y}年にどの会社に勤めていましたか？"}},
    {{"{S}の首長は{V}です。", "{V}は{S}の首長です。", "{S}では{V}が首長を務めています。"},
     {"{A}年から、{S}の首長は{V}です。", "{S}の首長は{A}年から{V}です。"},
     {"{A}年から{B}年まで、{S}の首長は{V}でした。", "{S}の首長は{A}年から{B}年まで{V}でした。"},
     {"{S}の首長は誰ですか？", "{S}の首長は何という人ですか？", "誰が{S}の首長を務めていますか？"},
     {"{V}はどの町の首長ですか？", "{V}が首長を務めているのはどこですか？"},
     {"{Y}年に{S}の首長は誰でしたか？", "{S}の首長は{Y}年に誰でしたか？"}},
    {{"{S}の人口は{V}です。", "{S}には{V}が住んでいます。", "{S}の住民は{V}です。"},
     {},
     {},
     {"{S}の人口は何人ですか？", "{S}には何人が住んでいますか？", "{S}の住民は何人ですか？"},
     {},
     {}},
    {{"{S}は{V}に設立されました。", "{S}の設立は{V}です。", "{S}が設立されたのは{V}です。"},
     {},
     {},
     {"{S}は何年に設立されましたか？", "{S}の設立は何年ですか？", "{S}が設立されたのは何年ですか？"},
     {},
     {}},
    {{"{S}の本社は{V}にあります。", "{S}は{V}に本社を置いています。", "{S}の本社の所在地は{V}です。"},
     {},
     {},
     {"{S}の本社はどこにありますか？", "{S}はどこに本社を置いていますか？",
      "{S}の本社の所在地はどこですか？"},
     {},
     {}},
    {{"{S}の社長は{V}です。", "{V}は{S}の社長です。", "{S}では{V}が社長を務めています。"},
     {"{A}年から、{S}の社長は{V}です。", "{S}の社長は{A}年から{V}です。"},
     {"{A}年から{B}年まで、{S}の社長は{V}でした。", "{S}の社長は{A}年から{B}年まで{V}でした。"},
     {"{S}の社長は誰ですか？", "{S}の社長は何という人ですか？", "誰が{S}の社長を務めていますか？"},
     {"{V}はどの会社の社長ですか？", "{V}が社長を務めているのはどの会社ですか？"},
     {"{Y}年に{S}の社長は誰でしたか？", "{S}の社長は{Y}年に誰でしたか？"}},
    {{"{S}の著者は{V}です。", "{S}は{V}が書きました。", "小説{S}を書いたのは{V}です。"},
     {},
     {},
     {"{S}の著者は誰ですか？", "{S}は誰が書きましたか？", "{S}を書いたのは誰ですか？"},
     {"{V}が書いた小説は何ですか？", "{V}はどの小説を書きましたか？"},
     {}},
    {{"{S}は{V}に出版されました。", "小説{S}は{V}に出版されました。", "{S}が出版されたのは{V}です。"},
     {},
     {},
     {"{S}は何年に出版されましたか？", "{S}の出版は何年ですか？", "{S}が出版されたのは何年ですか？"},
     {},
     {}},
}};

constexpr std::array<Hop, kHops> kHopWordings{{
    {Relation::author,
     Relation::birthplace,
     {"Where was the author of {S} born?", "In which town was the author of {S} born?"},
     {"{S}の著者はどこで生まれましたか？", "{S}の著者の出身地はどこですか？"}},
    {Relation::author,
     Relation::birth_year,
     {"When was the author of {S} born?", "In which year was the author of {S} born?"},
     {"{S}の著者は何年に生まれましたか？", "{S}の著者の生年は何年ですか？"}},
    {Relation::birthplace,
     Relation::mayor,
     {"Who is the mayor of the town where {S} was born?", "Who is the mayor of the birthplace of {S}?"},
     {"{S}が生まれた町の首長は誰ですか？", "{S}の出身地の首長は誰ですか？"}},
    {Relation::birthplace,
     Relation::population,
     {"How many inhabitants does the town have where {S} was born?",
      "What is the population of the birthplace of {S}?"},
     {"{S}が生まれた町の人口は何人ですか？", "{S}の出身地の人口は何人ですか？"}},
    {Relation::employer,
     Relation::head_office,
     {"Where is the head office of the company that {S} works for?",
      "Where is the head office of the employer of {S}?"},
     {"{S}の勤務先の本社はどこにありますか？", "{S}が勤める会社の本社はどこにありますか？"}},
    {Relation::employer,
     Relation::founded,
     {"When was the company founded that {S} works for?", "When was the employer of {S} founded?"},
     {"{S}の勤務先は何年に設立されましたか？", "{S}が勤める会社は何年に設立されましたか？"}},
    {Relation::director,
     Relation::birthplace,
     {"Where was the director of {S} born?", "In which town was the director of {S} born?"},
     {"{S}の社長はどこで生まれましたか？", "{S}の社長の出身地はどこですか？"}},
    {Relation::head_office,
     Relation::population,
     {"How many inhabitants does the town have where {S} has its head office?",
      "What is the population of the town with the head office of {S}?"},
     {"{S}の本社がある町の人口は何人ですか？", "{S}が本社を置く町の人口は何人ですか？"}},
}};

const Wordings& of(text::Language language, Relation relation) {
  const auto index = static_cast<std::size_t>(relation);
  return language == text::Language::japanese ? kJapanese[index] : kEnglish[index];
}

std::size_t size(const List& list) {
  return static_cast<std::size_t>(
      std::count_if(list.begin(), list.end(), [](std::string_view one) { return !one.empty(); }));
}

const List& statements(text::Language language, const Fact& fact) {
  const Wordings& all = of(language, fact.relation);
  return !fact.timed() ? all.plain : fact.until == 0 ? all.since : all.between;
}

struct Filling {
  std::string subject, value;
  int from = 0, until = 0, year = 0;
};

std::string fill(std::string_view wording, const Filling& filling) {
  std::string out;
  for (std::size_t i = 0; i < wording.size(); ++i) {
    if (wording[i] != '{') {
      out += wording[i];
      continue;
    }
    switch (wording[i + 1]) {
      case 'S':
        out += filling.subject;
        break;
      case 'V':
        out += filling.value;
        break;
      case 'A':
        out += std::to_string(filling.from);
        break;
      case 'B':
        out += std::to_string(filling.until);
        break;
      default:
        out += std::to_string(filling.year);
        break;
    }
    i += 2;
  }
  return out;
}

// Japanese titles stand in brackets of their own.
std::string shown(const World& world, EntityId entity) {
  const Entity& one = world.entities()[entity];
  return world.japanese() && one.kind == Kind::work ? "『" + one.name + "』" : one.name;
}

Filling filling_of(const World& world, const Fact& fact) {
  return {shown(world, fact.subject), fact.value, fact.from, fact.until, 0};
}

// "works as an engineer", "is an architect".
void mend_article(std::string& sentence, std::string_view value) {
  const std::string wrong = " a " + std::string(value);
  const std::size_t at = sentence.find(wrong);
  if (at != std::string::npos && !value.empty() &&
      std::string_view("aeiou").find(value.front()) != std::string_view::npos)
    sentence.insert(at + 2, "n");
}

}  // namespace

std::size_t statement_wordings(text::Language language, const Fact& fact) {
  return size(statements(language, fact));
}
std::size_t question_wordings(text::Language language, Relation relation) {
  return size(of(language, relation).ask);
}
std::size_t back_wordings(text::Language language, Relation relation) {
  return size(of(language, relation).back);
}
std::size_t year_wordings(text::Language language, Relation relation) {
  return size(of(language, relation).in);
}

std::size_t draw_wording(std::size_t count, Split split, base::Rng& rng) {
  return split == Split::test ? count - 1 : rng.below(count - 1);
}

std::string state(const World& world, const Fact& fact, std::size_t wording,
                  std::optional<std::string_view> value) {
  Filling filling = filling_of(world, fact);
  if (value) filling.value = *value;
  std::string sentence = fill(statements(world.options().language, fact)[wording], filling);
  if (fact.relation == Relation::occupation) mend_article(sentence, filling.value);
  return sentence;
}

std::string ask(const World& world, const Fact& fact, std::size_t wording) {
  return fill(of(world.options().language, fact.relation).ask[wording], filling_of(world, fact));
}

std::string ask_back(const World& world, const Fact& fact, std::size_t wording) {
  return fill(of(world.options().language, fact.relation).back[wording], filling_of(world, fact));
}

std::string ask_in(const World& world, const Fact& fact, int year, std::size_t wording) {
  Filling filling = filling_of(world, fact);
  filling.year = year;
  return fill(of(world.options().language, fact.relation).in[wording], filling);
}

const Hop& hop(std::size_t index) {
  return kHopWordings[index];
}

std::string ask_hop(const World& world, const Hop& hop, EntityId subject, std::size_t wording) {
  const auto& list = world.japanese() ? hop.japanese : hop.english;
  return fill(list[wording], {shown(world, subject), "", 0, 0, 0});
}

}  // namespace genkai::lab::world
