// English questions that no program can answer in general.

#include <array>
#include <string>

#include "limits/hallucination/undecidable_rules.h"
#include "text/utf8.h"

namespace genkai::limits::hallucination {
namespace {

using Classes = std::vector<WordRule::Class>;

const Classes& classes() {
  static const Classes known = {
      {"lead", {"hey", "so", "and", "but", "well", "please", "ok", "hi", "hello", "then", "now"}},
      {"asks", {"does", "do", "will", "would", "can", "could", "did", "is", "are", "might"}},
      {"this",
       {"this", "these", "my", "our", "any", "every", "each", "all", "a", "an", "some", "following", "given",
        "arbitrary"}},
      {"the",
       {"the", "this", "these", "that", "those", "my", "our", "your", "any", "every", "each", "all", "a",
        "an", "some", "following", "given", "arbitrary"}},
      {"mine", {"this", "these", "my", "following", "given", "arbitrary"}},
      {"kind", {"following", "above", "below",    "given",     "arbitrary", "python", "simple",  "little",
                "small",     "short", "computer", "recursive", "same",      "whole",  "entire",  "turing",
                "collatz",   "while", "for",      "main",      "inner",     "outer",  "possible"}},
      {"code",
       {"script", "scripts", "code", "snippet", "snippets", "function", "functions", "loop", "loops",
        "algorithm", "algorithms", "subroutine", "procedure"}},
      {"program",
       {"program", "programs", "script", "scripts", "code", "snippet", "snippets", "function", "functions",
        "loop", "loops", "algorithm", "algorithms", "subroutine", "recursion"}},
      {"programs",
       {"programs", "scripts", "snippets", "functions", "loops", "algorithms", "subroutines", "codes"}},
      {"it", {"it", "this", "that", "they"}},
      {"surely",
       {"ever", "eventually", "always", "really", "actually", "finally", "necessarily", "even", "just"}},
      {"halt", {"halt", "halts", "terminate", "terminates", "halting", "terminating"}},
      {"stop",
       {"stop", "stops", "finish", "finishes", "end", "ends", "exit", "exits", "complete", "completes",
        "return", "returns"}},
      {"forever", {"forever", "infinitely", "endlessly", "indefinitely", "ever"}},
      {"run",
       {"run", "runs", "loop", "loops", "go", "goes", "continue", "continues", "hang", "hangs", "repeat",
        "repeats"}},
      {"endless", {"infinite", "endless", "unending"}},
      {"tell",
       {"decide", "determine", "tell", "check", "know", "predict", "prove", "say", "decides", "determines",
        "tells", "checks", "proves", "see", "find", "verify"}},
      {"inputs",
       {"input", "inputs", "value", "values", "argument", "arguments", "integer", "integers", "number",
        "numbers", "n", "x", "list", "lists", "string", "strings"}},
      {"same", {"equivalent", "identical", "interchangeable", "equal"}},
      {"compute",
       {"compute", "computes", "do", "does", "return", "returns", "give", "gives", "produce", "produces",
        "print", "prints", "output", "outputs", "calculate", "calculates", "behave", "act", "work"}},
      {"will", {"will", "'ll", "would"}},
      {"guess", {"do", "does", "you",    "anyone", "think", "know", "predict", "can", "could", "tell",
                 "me", "us",   "please", "so",     "and",   "but",  "guess",   "to",  "say",   "who's"}},
      {"perhaps",
       {"probably", "likely", "most", "actually", "eventually", "ever", "finally", "still", "next",
        "really"}},
      {"team",
       {"team", "country", "nation", "party", "candidate", "club", "player", "horse", "driver", "side",
        "film", "movie", "company", "actor", "song", "man", "woman", "person", "coalition"}},
      {"contest",
       {"election",  "elections",  "cup",        "championship", "championships", "final",      "finals",
        "league",    "series",     "bowl",       "title",        "olympics",      "oscar",      "oscars",
        "war",       "presidency", "marathon",   "derby",        "premiership",   "eurovision", "euro",
        "superbowl", "playoffs",   "tournament", "lottery"}},
      {"market",
       {"bitcoin", "bitcoins", "btc", "ethereum", "eth", "dogecoin", "cryptocurrency", "cryptocurrencies",
        "crypto", "nikkei", "nasdaq", "stocks"}},
      {"traded",
       {"gold",     "silver",    "oil",      "crude", "copper", "petrol",        "gasoline", "gas",
        "wheat",    "stock",     "stocks",   "share", "house",  "housing",       "home",     "land",
        "property", "commodity", "dollar",   "yen",   "euro",   "pound",         "yuan",     "rupee",
        "bitcoin",  "btc",       "ethereum", "eth",   "crypto", "cryptocurrency"}},
      {"moves", {"rise",    "fall",   "crash",   "increase", "decrease", "drop",       "collapse",
                 "recover", "double", "triple",  "soar",     "plunge",   "reach",      "hit",
                 "go",      "climb",  "exceed",  "surpass",  "keep",     "be",         "cost",
                 "trade",   "close",  "perform", "do",       "move",     "strengthen", "weaken"}},
      {"weather", {"rain", "snow", "hail", "thunder"}},
      {"when",
       {"on", "tomorrow", "today", "tonight", "next", "this", "in", "at", "over", "during", "for", "all"}},
      {"then",
       {"in", "next", "soon", "this", "tomorrow", "before", "within", "during", "again", "here", "near", "by",
        "someday", "ever"}},
      {"disaster",
       {"earthquake", "quake", "tsunami", "eruption", "pandemic", "epidemic", "war", "recession",
        "depression", "typhoon", "hurricane", "tornado", "asteroid", "crash", "crisis", "outbreak"}},
      {"happens",
       {"happen", "occur", "hit", "strike", "come", "begin", "start", "break", "erupt", "arrive", "take"}},
      {"mankind", {"humanity", "mankind", "humankind", "humans", "civilization", "civilisation", "universe"}},
      {"vanish",
       {"end", "perish", "disappear", "vanish", "extinct", "out", "destroyed", "collapse", "wiped"}},
      {"ai", {"ai", "agi", "robots", "superintelligence"}},
      {"overtakes",
       {"take", "replace", "surpass", "destroy", "become", "kill", "rule", "outsmart", "overtake", "enslave",
        "exceed", "dominate", "conquer", "gain", "achieve", "develop", "arrive", "exist"}},
      {"manage",
       {"find", "discover", "cure", "meet", "travel", "colonize", "colonise", "understand", "live", "solve",
        "invent", "clone", "build", "settle", "contact", "achieve", "prove"}},
      {"life",
       {"die", "marry", "rich", "famous", "happy", "successful", "wealthy", "divorced", "married", "love"}},
  };
  return known;
}

/// What must come with a question for a rule to hold.
enum class Needs { nothing, program, two_programs };

struct Rule {
  UndecidableKind kind;
  Needs needs;
  std::string_view words;
};

constexpr UndecidableKind kHalting = UndecidableKind::halting;
constexpr UndecidableKind kSame = UndecidableKind::equivalence;
constexpr UndecidableKind kFuture = UndecidableKind::future;
constexpr UndecidableKind kSelf = UndecidableKind::self_reference;

constexpr std::array kRules = {
    // Whether a program halts: a determiner, few adjectives, and nothing after the verb that a calendar
    // knows.
    Rule{kHalting, Needs::nothing, "^ @lead* @asks @the @the? @kind* @program @surely* @halt $"},
    Rule{kHalting, Needs::nothing, "^ @lead* @asks @the @the? @kind* @program @surely* @halt or ..6 $"},
    Rule{kHalting, Needs::nothing, "^ @lead* @asks @the @the? @kind* @program @surely* @halt at all $"},
    Rule{kHalting, Needs::nothing,
         "^ @lead* @asks @the @the? @kind* @program @surely* @halt on|for|with|given ..3 @inputs ..6 $"},
    Rule{kHalting, Needs::nothing,
         "^ @lead* @asks @the @the? @kind* @program @surely* @halt in|after|within finite|a|finitely ..4 "
         "steps|time $"},
    Rule{kHalting, Needs::nothing, "^ @lead* @asks @mine @this? @kind* @program @surely* @stop $"},
    Rule{kHalting, Needs::nothing,
         "^ @lead* @asks @this @this? @kind* @program @surely* @stop on|for|with|given every|all|any|each "
         "..2 @inputs $"},
    Rule{kHalting, Needs::nothing, "^ @lead* @asks @the @the? @kind* @code ever|eventually @stop $"},
    Rule{
        kHalting, Needs::nothing,
        "^ @lead* @asks @this @this? @kind* @program @surely* run|runs|loop|loops|hang|hangs ..2 @forever $"},
    Rule{kHalting, Needs::nothing,
         "^ @lead* @asks @this @this? @kind* @program @surely* run|runs|loop|loops|hang|hangs ..2 @forever "
         "or|on|for|with ..8 $"},
    Rule{kHalting, Needs::nothing, "^ @lead* @asks @this @this? @kind* @code @endless $"},
    Rule{kHalting, Needs::nothing, "^ @lead* is this|it|that an @endless loop|recursion $"},
    Rule{kHalting, Needs::nothing,
         "^ @lead* @asks @this @this? @kind* @program @surely* "
         "enter|get|end|contain|have|cause|fall|run|go|be|an ..4 @endless loop|recursion $"},
    Rule{kHalting, Needs::nothing,
         "@tell out|me|us|for? for? sure? whether|if|that @the @the? @kind* @program @surely* "
         "will|would|does|can? @surely* @halt ..8 $"},
    Rule{kHalting, Needs::nothing,
         "@tell out|me|us|for? for? sure? whether|if|that @this @this? @kind* @program @surely* "
         "will|would|does|can? @surely* @stop $"},
    Rule{kHalting, Needs::nothing,
         "@tell out|me|us|for? for? sure? whether|if|that @this @this? @kind* @program @surely* "
         "will|would|does|can? @surely* @run ..2 @forever $"},
    Rule{kHalting, Needs::nothing, "solve|decide|solves|decides the halting problem ..6 $"},
    Rule{kHalting, Needs::nothing,
         "^ @lead* @asks @the @the? @kind* turing machine|machines ..4 @halt|@stop ..8 $"},
    Rule{kHalting, Needs::nothing,
         "@tell out|me|us|for? for? sure? whether|if|that @the @the? @kind* turing machine|machines @surely* "
         "will|would|does|can? @surely* @halt|@stop ..8 $"},
    Rule{kHalting, Needs::program, "^ ..6 @asks ..8 @halt"},
    Rule{kHalting, Needs::program, "^ @lead* @asks ..8 @stop $"},
    Rule{kHalting, Needs::program,
         "^ @lead* @asks ..8 @stop or|on|for|with|given|at|in|after|when|if ..10 $"},
    Rule{kHalting, Needs::program, "^ ..6 @asks ..8 @run ..2 @forever"},
    Rule{kHalting, Needs::program, "^ ..6 @asks ..10 @endless"},
    Rule{kHalting, Needs::program, "whether|if ..6 @halt|@stop ..8 $"},
    Rule{kHalting, Needs::program, "whether|if ..6 @run ..2 @forever"},
    Rule{kHalting, Needs::program, "how many steps|iterations ..8 @halt|@stop"},
    // Whether two do the same.
    Rule{kSame, Needs::nothing,
         "^ @lead* are these|both|following|the two|following? following? two|both? @kind* @programs @same "
         "..3 $"},
    Rule{kSame, Needs::nothing, "^ @lead* are|is two|any @kind* @programs @same ..3 $"},
    Rule{kSame, Needs::nothing,
         "^ @lead* do|will|would these|both|following|the|two|any two|following? @kind* @programs always? "
         "@compute the same result|results|thing|things|output|outputs|value|values|function|answer|numbers "
         "..8 $"},
    Rule{kSame, Needs::nothing,
         "^ @lead* do|will|would these|both|following|the|two|any two|following? @kind* @programs always? "
         "behave|act|work identically|alike|equivalently ..8 $"},
    Rule{kSame, Needs::nothing,
         "^ @lead* do|will|would these|both|following|the|two|any two|following? @kind* @programs always? "
         "behave|act|work the same way? $"},
    Rule{kSame, Needs::nothing,
         "@programs ..6 the same ..3 for|on every|all|any|each possible? input|inputs"},
    Rule{kSame, Needs::nothing,
         "@tell whether|if two|these|both|any two? @kind* @programs are|always|do|compute|behave ..4 "
         "@same|same|identically ..8 $"},
    Rule{kSame, Needs::two_programs,
         "^ ..6 @asks ..10 @same|same|alike|identically|equivalently|differ|different|interchangeably"},
    Rule{kSame, Needs::two_programs, "whether|if ..8 @same|same|alike|identically|differ"},
    // Open futures: winners.
    Rule{kFuture, Needs::nothing, "^ @guess* who @will @perhaps* win"},
    Rule{kFuture, Needs::nothing, "^ @guess* who is|are @perhaps* going to win"},
    Rule{kFuture, Needs::nothing, "^ @guess* which|what @team ..3 @will @perhaps* win"},
    Rule{kFuture, Needs::nothing, "^ @guess* which|what @team ..3 is|are going to win"},
    Rule{kFuture, Needs::nothing, "^ @guess* @will ..5 win ..6 @contest"},
    Rule{kFuture, Needs::nothing, "^ @guess* who @will be elected"},
    Rule{kFuture, Needs::nothing,
         "^ @guess* who @will be|become the? next ..2 "
         "president|pope|chancellor|king|queen|emperor|champion|champions $"},
    Rule{kFuture, Needs::nothing, "^ @guess* who @will be|become the? next ..2 prime minister"},
    Rule{kFuture, Needs::nothing,
         "^ @guess* who @will be|become the? next president|chancellor|king|queen|leader of the? "
         "us|usa|united|america|france|germany|russia|china|brazil|mexico|korea|turkey|iran|world"},
    // Markets.
    Rule{kFuture, Needs::nothing, "^ @guess* what|how|where @will ..4 @market ..2 @moves"},
    Rule{kFuture, Needs::nothing,
         "^ @guess* what|how @will ..3 price|prices|value|rate|worth of a|one|an|the? @traded @moves"},
    Rule{kFuture, Needs::nothing,
         "^ @guess* what|how|where @will ..3 @traded price|prices|market|markets ..2 @moves"},
    Rule{kFuture, Needs::nothing, "^ @guess* how much|high|low|far @will ..4 @market"},
    Rule{kFuture, Needs::nothing,
         "^ @guess* how much|high|low|far @will a|an|the|one? @traded price|prices|market? @moves"},
    Rule{kFuture, Needs::nothing, "^ @guess* what @will the? exchange rate"},
    Rule{kFuture, Needs::nothing, "^ @guess* @will|when the|a? ..1 exchange rate|rates @moves"},
    Rule{kFuture, Needs::nothing,
         "^ @guess* when? @will the|a? @traded price|prices|market|markets @perhaps* @moves"},
    Rule{kFuture, Needs::nothing, "^ @guess* when? @will @market @perhaps* @moves"},
    Rule{kFuture, Needs::nothing,
         "^ @guess* when? @will the price|value of a|an|one|the? @traded @perhaps* @moves"},
    Rule{kFuture, Needs::nothing,
         "^ @guess* is|are the|a? @traded price|prices|market|markets going to @moves"},
    Rule{kFuture, Needs::nothing,
         "^ @guess* which|what stock|stocks|shares|cryptocurrency|cryptocurrencies|coin ..1 will|should ..4 "
         "@moves|buy|make|most"},
    // Weather.
    Rule{kFuture, Needs::nothing, "^ @guess* @will it rain|snow|hail|thunder"},
    Rule{kFuture, Needs::nothing, "^ @guess* is it going to rain|snow|hail|be"},
    Rule{kFuture, Needs::nothing, "^ @guess* @will it be sunny|rainy|cloudy|snowy|windy|stormy|foggy"},
    Rule{kFuture, Needs::nothing, "^ @guess* @will there be any? @weather $"},
    Rule{kFuture, Needs::nothing, "^ @guess* @will there be any? @weather @when"},
    Rule{kFuture, Needs::nothing, "^ @guess* what|how @will the weather be"},
    Rule{kFuture, Needs::nothing, "^ @guess* what|how is the weather going to be"},
    Rule{kFuture, Needs::nothing,
         "^ @guess* how hot|cold|warm @will it be|get outside|tomorrow|next|on|this"},
    // Lotteries.
    Rule{kFuture, Needs::nothing,
         "^ @guess* what|which @will be? the? ..2 winning|lottery|lotto|jackpot ..2 number|numbers ..1"},
    Rule{kFuture, Needs::nothing,
         "^ @guess* what|which ..2 numbers|number @will win|come|be ..2 lottery|lotto|drawn|draw|up"},
    Rule{kFuture, Needs::nothing, "^ @guess* @will i|we ..1 win the|a? ..1 lottery|lotto|jackpot"},
    // Disasters.
    Rule{kFuture, Needs::nothing, "^ @guess* when|where @will the|a|another? next ..3 @disaster @happens"},
    Rule{kFuture, Needs::nothing,
         "^ @guess* when|where @will a|an|another big|great|major|new|large? ..1 @disaster @happens"},
    Rule{kFuture, Needs::nothing, "^ @guess* when is the next ..2 @disaster $"},
    Rule{kFuture, Needs::nothing, "^ @guess* when is the next ..2 @disaster going|in|coming|due"},
    Rule{kFuture, Needs::nothing, "^ @guess* @will there ever? be a|an|another? ..2 @disaster $"},
    Rule{kFuture, Needs::nothing, "^ @guess* @will there ever? be a|an|another? ..2 @disaster @then"},
    Rule{kFuture, Needs::nothing,
         "^ @guess* @will a|an|another big|great|major|new|large? @disaster @happens"},
    Rule{kFuture, Needs::nothing, "^ @guess* when? @will ..4 erupt"},
    // The end of the world, mankind, machines.
    Rule{kFuture, Needs::nothing,
         "^ @guess* when|how? @will the? human|our|entire? race|species|world|@mankind "
         "ever|eventually|all|soon? go|die|be|get? @vanish"},
    Rule{kFuture, Needs::nothing, "^ @guess* when is the world going to end"},
    Rule{kFuture, Needs::nothing,
         "^ @guess* when? @will the? human? race|humanity|mankind|humankind|humans ever|eventually be? able? "
         "to? @manage|colonize|survive|reach|leave|evolve|become"},
    Rule{kFuture, Needs::nothing, "^ @guess* when? @will we ever|eventually|finally be? able? to? @manage"},
    Rule{kFuture, Needs::nothing, "^ @guess* @will it ever be possible"},
    Rule{kFuture, Needs::nothing, "^ @guess* @will there ever be"},
    Rule{kFuture, Needs::nothing, "^ @guess* when? @will @ai ever|eventually|soon|one|day* @overtakes"},
    Rule{kFuture, Needs::nothing,
         "^ @guess* when? @will artificial intelligence ever|eventually|soon|one|day* @overtakes"},
    Rule{kFuture, Needs::nothing,
         "^ @guess* when? @will machines|computers ever|eventually|soon|one|day* @overtakes"},
    Rule{kFuture, Needs::nothing, "^ @guess* when? @will the singularity @happens|be"},
    Rule{kFuture, Needs::nothing, "^ ..3 what|how|which|where|who|will ..12 years from now $"},
    Rule{kFuture, Needs::nothing, "^ ..2 thousand|million|hundred years from now ..3 what|which|how|will"},
    Rule{kFuture, Needs::nothing,
         "^ @guess* @will|when @will? people|humans|cars|robots|cryptocurrencies|money|we|everyone ..12 in "
         "the distant|far? future $"},
    Rule{kFuture, Needs::nothing, "^ @guess* @will ..8 in|during my|our|your|this lifetime|century $"},
    Rule{kFuture, Needs::nothing, "^ @guess* what @will ..8 in|during my|our|your lifetime $"},
    Rule{kFuture, Needs::nothing,
         "^ @guess* when? @will human|time|space|flying|brain ..2 become a? ..2 "
         "option|reality|common|possible|viable"},
    Rule{kFuture, Needs::nothing, "^ @guess* @will we|humans|humanity|mankind|people|religion ever"},
    Rule{kFuture, Needs::nothing, "^ @guess* how long @will it be before @ai|artificial|humans|humanity|we"},
    Rule{kFuture, Needs::nothing,
         "^ @guess* how long before|until @ai|artificial|humans|humanity|human ..6 $"},
    // A life.
    Rule{kFuture, Needs::nothing, "^ @guess* when|how|where? @will i ever|be|get|find|become* @life ..2 $"},
    Rule{kFuture, Needs::nothing, "^ @guess* who @will i marry|meet|love ..5 $"},
    Rule{kFuture, Needs::nothing, "how long @will i live"},
    Rule{kFuture, Needs::nothing, "how long do i have left? to live"},
    // What speaks of itself.
    Rule{kSelf, Needs::nothing, "^ @lead* this|the sentence|statement is false|untrue|a|not true|lie? $"},
    Rule{kSelf, Needs::nothing, "^ @lead* is this|the sentence|statement false|untrue|a lie? $"},
    Rule{kSelf, Needs::nothing, "^ @lead* is it true|false that this sentence|statement is false|untrue"},
    Rule{kSelf, Needs::nothing, "^ @lead* will|is|would your|the? answer to this question be? no|negative $"},
    Rule{kSelf, Needs::nothing, "^ @lead* will|would|do you answer this question with? no|negatively|in $"},
    Rule{kSelf, Needs::nothing, "^ @lead* will|would|do you answer no to this question $"},
    Rule{kSelf, Needs::nothing, "set of all sets ..6 not contain|members|member ..4 contain|member|itself"},
};

struct Compiled {
  UndecidableKind kind;
  Needs needs;
  WordRule rule;
};

const std::vector<Compiled>& rules() {
  static const std::vector<Compiled> compiled = [] {
    std::vector<Compiled> out;
    for (const Rule& rule : kRules) out.push_back({rule.kind, rule.needs, WordRule(rule.words, classes())});
    return out;
  }();
  return compiled;
}

/// Sentences of words: letters, digits and apostrophes inside; a sentence ends at . ! ? ; : and at line ends.
std::vector<std::vector<std::string_view>> sentences_of(std::string_view text) {
  std::vector<std::vector<std::string_view>> out(1);
  for (std::size_t at = 0; at < text.size();) {
    const text::CodePoint c = text::code_point_at(text, at);
    const auto letter = [](char32_t x) {
      return text::is_ascii_letter(x) || text::is_ascii_digit(x) || x == '_' || x >= 0x80 || x == '\'';
    };
    if (!letter(c.value) || c.value == 0x2014 || c.value == 0x2013) {
      const bool ends = c.value == '.' || c.value == '!' || c.value == '?' || c.value == ';' ||
                        c.value == ':' || c.value == '\n';
      if (ends && !out.back().empty()) out.emplace_back();
      at += c.length;
      continue;
    }
    const std::size_t begin = at;
    while (at < text.size()) {
      const text::CodePoint next = text::code_point_at(text, at);
      if (!letter(next.value) || next.value == 0x2014 || next.value == 0x2013) break;
      at += next.length;
    }
    out.back().push_back(text.substr(begin, at - begin));
  }
  if (out.back().empty()) out.pop_back();
  return out;
}

bool met(Needs needs, std::size_t programs) {
  return needs == Needs::nothing || (needs == Needs::program ? programs >= 1 : programs >= 2);
}

}  // namespace

std::optional<UndecidableKind> english_kind(std::string_view prose, std::size_t programs) {
  const auto sentences = sentences_of(prose);
  // With two programs the question is first whether they are the same.
  for (const bool same : {true, false})
    for (const Compiled& one : rules()) {
      if ((one.kind == kSame) != same || !met(one.needs, programs)) continue;
      for (const auto& sentence : sentences)
        if (one.rule.matches(sentence)) return one.kind;
    }
  return std::nullopt;
}

}  // namespace genkai::limits::hallucination
