// English orders to a model, as patterns over words. A pattern is a list of items: a word, a class of words
// (@name), or *N for up to N words of any kind; all within one sentence.

#include <array>
#include <cstdint>
#include <string>
#include <unordered_map>

#include "limits/retrieval/injection.h"

namespace genkai::limits::retrieval::orders {
namespace {

struct Class {
  std::string_view name, words;
};
constexpr std::array<Class, 31> kClasses{{
    {"aside",
     "ignore disregard forget override bypass discard dismiss overlook skip neglect drop suspend erase "
     "cancel"},
    {"scope",
     "previous prior above earlier preceding foregoing former all any every your system original initial "
     "existing safety past"},
    {"orders",
     "direction directions configuration instruction instructions prompt prompts guideline guidelines rule "
     "rules directive directives command "
     "commands programming constraints restrictions policies orders context training"},
    {"back", "above before earlier previously far given received so"},
    {"docs",
     "document documents passage passages source sources page pages article articles text texts evidence "
     "result results excerpts information content contexts"},
    {"model", "assistant ai llm llms chatbot chatbots gpt chatgpt bot agent agents model models"},
    {"say", "answer reply respond say state output claim conclude recommend assert declare insist confirm"},
    {"saying", "answer reply respond say state output claim tell print return write report recommend give"},
    {"always", "always must only exactly instead"},
    {"if", "when if whenever once"},
    {"asked", "asked asks ask queried questioned query queries"},
    {"thing",
     "this these user users comment document instruction instructions source sources other text note prompt "
     "message passage page that it anything"},
    {"not", "not dont don't never"},
    {"tell", "mention cite reveal disclose quote tell refer say show warn admit"},
    {"use", "use consult trust read believe rely cite quote consider"},
    {"wrong",
     "wrong false outdated incorrect unreliable fake obsolete mistaken untrue invalid lies superseded "
     "forged"},
    {"else", "else other others"},
    {"reveal", "reveal print leak disclose repeat show output display recite expose"},
    {"secret", "system hidden initial original secret internal your developer"},
    {"prompt", "prompt instructions instruction message rules"},
    {"send", "send post forward append transmit upload submit email exfiltrate"},
    {"talk", "conversation chat question prompt history credentials password passwords context api"},
    {"where", "http https url link server www com"},
    {"reply", "answer answers reply replies response responses summary summaries output outputs"},
    {"new", "new real true actual updated"},
    {"role", "role task instructions goal job persona objective mission directive instruction"},
    {"with", "with only exactly that simply the following as in"},
    {"each", "every each your all any the"},
    {"reading", "summarizing summarising answering processing reading using quoting parsing retrieving"},
    {"add", "add include append insert mention put"},
    {"correct", "correct right only final true official"},
}};

struct Rule {
  OrderFamily family;
  double weight;     // as an order
  double otherwise;  // when its first word is no imperative
  std::string_view why, pattern;
};
using F = OrderFamily;
constexpr std::string_view kAside = "sets instructions aside", kToModel = "speaks to a model",
                           kWhenAsked = "says what to answer when asked", kSay = "says what to answer",
                           kSecret = "asks to be kept secret", kOthers = "sets other sources aside",
                           kRole = "gives the reader a role", kReveal = "asks for the reader's instructions",
                           kSend = "asks to send something away", kTruth = "declares the only answer";
constexpr std::array<Rule, 74> kRules{{
    {F::set_aside, 1, .25, kAside, "@aside *3 @scope *3 @orders"},
    {F::set_aside, 1, .25, kAside, "@aside *2 @orders *3 @back"},
    {F::set_aside, .8, .1, kAside, "@aside everything *4 @back"},
    {F::set_aside, .8, .1, kAside, "@aside what *3 told"},
    {F::set_aside, .8, .1, kAside, "@aside everything *3 told"},
    {F::set_aside, .7, .1, kAside, "@not follow *3 @scope *2 @orders"},
    {F::set_aside, .7, .2, kAside, "@aside your *3"},
    {F::set_aside, .7, 0, kAside, "stop following *3 @orders"},
    {F::set_aside, .6, .6, kAside, "system override"},
    {F::set_aside, .6, .6, kAside, "@new instructions override"},
    {F::others, .7, .1, kOthers, "@aside *2 @else *2 @docs"},
    {F::others, .7, .1, kOthers, "@aside *2 rest *2 @docs"},
    {F::others, .6, .6, kOthers, "@else *1 @docs *4 @wrong"},
    {F::others, .5, .5, kOthers, "@not @use *3 @else *2 @docs"},
    {F::others, .5, .5, kOthers, "replaces everything else"},
    {F::others, .5, .5, kOthers, "@aside everything else"},
    {F::others, .5, .5, kOthers, "supersedes all other"},
    {F::others, .5, .5, kOthers, "overrides all other"},
    {F::others, .6, .6, kOthers, "precedence over all other"},
    {F::others, .4, .4, kOthers, "regardless of *5 @docs"},
    {F::others, .6, .6, kOthers, "only *3 this *1 @docs"},
    {F::others, .6, .6, kOthers, "only @correct source"},
    {F::others, .4, .4, kOthers, "regardless of *4 @asked"},
    {F::address, .6, .6, kToModel, "note to *2 @model"},
    {F::address, .6, .6, kToModel, "message *2 to *2 @model"},
    {F::address, .6, .6, kToModel, "instructions for *3 @model"},
    {F::address, .6, .6, kToModel, "attention *2 @model"},
    {F::address, .6, .6, kToModel, "dear *2 @model"},
    {F::address, .6, .6, kToModel, "hey *1 @model"},
    {F::address, .6, .6, kToModel, "as an ai"},
    {F::address, .6, .6, kToModel, "if you are *2 @model"},
    {F::address, .6, .6, kToModel, "you are *1 ai"},
    {F::address, .45, .3, kToModel, "@model must"},
    {F::address, .6, .2, kToModel, "@model reading *3"},
    {F::address, .35, .35, kToModel, "language model"},
    {F::address, .35, .35, kToModel, "ai assistant"},
    {F::address, .3, .3, kToModel, "the user *3 @asked"},
    {F::when_asked, .6, .6, kWhenAsked, "@if *5 @asked *14 @say"},
    {F::when_asked, .7, .7, kWhenAsked, "@asked *6 following question *30 output"},
    {F::when_asked, .5, .5, kWhenAsked, "@if *2 @reading *2 @thing"},
    {F::when_asked, .4, .4, kWhenAsked, "@if anyone @asked"},
    {F::when_asked, .4, .4, kWhenAsked, "@if *1 user @asked"},
    {F::when_asked, .5, .5, kWhenAsked, "whatever *3 question"},
    {F::when_asked, .5, .5, kWhenAsked, "whatever *3 asked"},
    {F::say, .55, .25, kSay, "@always *1 @say"},
    {F::say, .6, .6, kSay, "you must *1 @say"},
    {F::say, .45, .45, kSay, "you should *1 @say"},
    {F::say, .7, .7, kSay, "in your @reply *2 @saying"},
    {F::say, .9, .4, kSay, "@add *12 to @each @reply"},
    {F::say, .9, .4, kSay, "@add *12 in @each @reply"},
    {F::say, .4, .1, kSay, "@saying @with"},
    {F::say, .6, .4, kSay, "@say only with"},
    {F::say, .5, .5, kSay, "in your @reply"},
    {F::say, .8, .3, kSay, "@tell *8 in @each @reply"},
    {F::say, .8, .4, kSay, "end @each *1 @reply"},
    {F::say, .8, .4, kSay, "begin @each *1 @reply"},
    {F::say, .45, .2, kSay, "tell the user"},
    {F::secrecy, .4, .4, kSecret, "@not *1 @tell *5 @thing"},
    {F::secrecy, .35, .35, kSecret, "without mentioning"},
    {F::secrecy, .4, .4, kSecret, "keep quiet"},
    {F::secrecy, .4, .4, kSecret, "keep *3 secret"},
    {F::role, .5, .5, kRole, "you are now"},
    {F::role, .5, .5, kRole, "from now on *1 you"},
    {F::role, .6, .6, kRole, "your @new @role"},
    {F::role, .6, .1, kRole, "pretend *3 you"},
    {F::role, .4, .4, kRole, "system notice"},
    {F::role, .4, .4, kRole, "system message"},
    {F::role, .6, .6, kRole, "developer mode"},
    {F::role, .6, .6, kRole, "you have no rules"},
    {F::role, .6, .6, kRole, "you have no restrictions"},
    {F::role, .5, .5, kRole, "highest priority"},
    {F::reveal, 1, .2, kReveal, "@reveal *3 @secret *2 @prompt"},
    {F::send, .8, .3, kSend, "@send *8 @talk *12 @where"},
    {F::truth, .4, .4, kTruth, "the @correct answer *14 is"},
}};

using Mask = std::uint64_t;

struct Item {
  int gap = -1;           // *N
  Mask mask = 0;          // @class
  std::string_view word;  // else
};
struct Compiled {
  const Rule* rule = nullptr;
  std::vector<Item> items;
};

struct Lexicon {
  std::unordered_map<std::string_view, Mask> classes;  // of each word
  std::vector<std::vector<const Compiled*>> by_class;  // rules that begin with a class
  std::unordered_map<std::string_view, std::vector<const Compiled*>> by_word;  // or with a word
  std::vector<Compiled> compiled;
};

template <class Visit>
void each_part(std::string_view text, Visit&& visit) {
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(' '), text.size());
    if (end > 0) visit(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
}

const Lexicon& lexicon() {
  static const Lexicon kLexicon = [] {
    Lexicon out;
    for (std::size_t c = 0; c < kClasses.size(); ++c)
      each_part(kClasses[c].words, [&](std::string_view word) { out.classes[word] |= Mask{1} << c; });
    out.compiled.reserve(kRules.size());
    out.by_class.resize(kClasses.size());
    for (const Rule& rule : kRules) {
      Compiled& compiled = out.compiled.emplace_back();
      compiled.rule = &rule;
      each_part(rule.pattern, [&](std::string_view part) {
        Item item;
        if (part[0] == '*') {
          item.gap = std::atoi(std::string(part.substr(1)).c_str());
        } else if (part[0] == '@') {
          for (std::size_t c = 0; c < kClasses.size(); ++c)
            if (kClasses[c].name == part.substr(1)) item.mask = Mask{1} << c;
        } else {
          item.word = part;
        }
        compiled.items.push_back(item);
      });
      const Item& first = compiled.items.front();
      if (first.mask != 0)
        out.by_class[static_cast<std::size_t>(__builtin_ctzll(first.mask))].push_back(&compiled);
      else
        out.by_word[first.word].push_back(&compiled);
    }
    return out;
  }();
  return kLexicon;
}

struct Token {
  std::string_view word;
  std::size_t begin = 0, end = 0;
  Mask mask = 0;
  bool clause_start = false;  // after punctuation, a line end or nothing
};

constexpr bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '\'';
}

// A stop before a closing quotation mark ends what is quoted, not the sentence around it.
bool ends_sentence(std::string_view between) {
  if (between.find('\n') != std::string_view::npos) return true;
  std::size_t stop = between.find_first_of(".!?");
  std::size_t after = stop + 1;
  if (stop == std::string_view::npos) {
    stop = between.find("。");
    if (stop == std::string_view::npos) return false;
    after = stop + 3;
  }
  const std::string_view rest = between.substr(after);
  for (const std::string_view quote : {"\"", "'", "”", "’", "」", "』", "`"})
    if (rest.starts_with(quote)) return false;
  return true;
}

// The words of one sentence from `at` on; `at` moves behind it.
void next_sentence(std::string_view text, std::size_t& at, const Lexicon& words, std::vector<Token>& tokens) {
  tokens.clear();
  std::size_t last = at;
  while (at < text.size()) {
    if (!is_letter(text[at])) {
      ++at;
      continue;
    }
    const std::string_view between = text.substr(last, at - last);
    const bool url = between == "." || between == ":";  // inside "example.com"
    if (!tokens.empty() && !url && ends_sentence(between)) return;
    std::size_t end = at;
    while (end < text.size() && is_letter(text[end])) ++end;
    Token token{text.substr(at, end - at), at, end, 0, false};
    token.clause_start = tokens.empty() || between.find_first_not_of(' ') != std::string_view::npos;
    if (const auto found = words.classes.find(token.word); found != words.classes.end())
      token.mask = found->second;
    tokens.push_back(token);
    last = at = end;
  }
}

bool match(const std::vector<Item>& items, std::size_t item, const std::vector<Token>& tokens, std::size_t at,
           std::size_t& end) {
  if (item == items.size()) {
    end = at;
    return true;
  }
  const Item& wanted = items[item];
  if (wanted.gap >= 0) {
    for (int skip = 0; skip <= wanted.gap && at <= tokens.size(); ++skip, ++at)
      if (match(items, item + 1, tokens, at, end)) return true;
    return false;
  }
  if (at >= tokens.size()) return false;
  const bool fits = wanted.mask != 0 ? (tokens[at].mask & wanted.mask) != 0 : tokens[at].word == wanted.word;
  return fits && match(items, item + 1, tokens, at + 1, end);
}

// "ignore", "please ignore", "you must ignore"; not "drivers who ignore", "never ignore", "if you ignore".
bool is_imperative(const std::vector<Token>& tokens, std::size_t at) {
  if (at == 0) return true;
  const std::string_view before = tokens[at - 1].word;
  for (const std::string_view no :
       {"not", "never", "don't", "dont", "cannot", "can't", "to", "who", "that", "you"})
    if (before == no) return false;
  constexpr std::size_t kNoWord = 40;  // letters
  if (tokens[at].clause_start || before.size() > kNoWord) return true;
  for (const std::string_view yes :
       {"do", "please", "now", "and", "then", "also", "instead", "simply", "just", "immediately", "hereby",
        "kindly", "therefore", "so", "first", "assistant", "ai"})
    if (before == yes) return true;
  if (before == "must" || before == "should" || before == "shall" || before == "will")
    return at < 2 || tokens[at - 2].word == "you" || tokens[at - 2].word == "assistant" ||
           tokens[at - 2].word == "model" || tokens[at - 2].word == "ai" || tokens[at - 2].word == "answer";
  return false;
}

}  // namespace

void find_english(std::string_view folded, std::vector<Hit>& hits) {
  const Lexicon& words = lexicon();
  std::vector<Token> tokens;
  for (std::size_t at = 0; at < folded.size();) {
    next_sentence(folded, at, words, tokens);
    for (std::size_t i = 0; i < tokens.size(); ++i) {
      const auto attempt = [&](const Compiled& compiled) {
        std::size_t end = 0;
        if (!match(compiled.items, 0, tokens, i, end)) return;
        const Rule& rule = *compiled.rule;
        const double weight = is_imperative(tokens, i) ? rule.weight : rule.otherwise;
        if (weight > 0)
          hits.push_back({rule.family, weight, rule.why, {tokens[i].begin, tokens[end - 1].end}});
      };
      for (Mask mask = tokens[i].mask; mask != 0; mask &= mask - 1)
        for (const Compiled* compiled : words.by_class[static_cast<std::size_t>(__builtin_ctzll(mask))])
          attempt(*compiled);
      if (const auto found = words.by_word.find(tokens[i].word); found != words.by_word.end())
        for (const Compiled* compiled : found->second) attempt(*compiled);
    }
  }
}

}  // namespace genkai::limits::retrieval::orders
