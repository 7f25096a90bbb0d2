// Names in Latin script: runs of capitalised words with the small words inside them.

#include <algorithm>
#include <array>

#include "text/span_finders.h"
#include "text/utf8.h"

namespace genkai::text {
namespace {

template <std::size_t N>
bool contains(const std::array<std::string_view, N>& words, std::string_view word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

// Capitalised only because they open a sentence.
constexpr std::array<std::string_view, 75> kOpeners = {
    "A",      "After",     "All",   "Also",  "Although", "An",      "And",    "As",      "At",    "Because",
    "Before", "Between",   "Both",  "But",   "By",       "Despite", "During", "Each",    "Even",  "Every",
    "For",    "From",      "He",    "Her",   "Here",     "His",     "How",    "However", "I",     "If",
    "In",     "Initially", "It",    "Its",   "Later",    "Like",    "Many",   "More",    "Most",  "Moreover",
    "No",     "Not",       "Of",    "On",    "Once",     "One",     "Only",   "Or",      "Other", "Our",
    "She",    "Since",     "So",    "Some",  "Such",     "That",    "The",    "Their",   "Then",  "There",
    "These",  "They",      "This",  "Those", "Three",    "Through", "To",     "Two",     "Under", "Until",
    "We",     "When",      "Where", "While", "With"};
constexpr std::array<std::string_view, 24> kParticles = {
    "of",  "de",  "la",  "le",  "du",  "des", "del", "della", "da", "di", "dos", "van",
    "von", "der", "den", "ter", "the", "and", "bin", "ibn",   "al", "el", "y",   "for"};
constexpr std::array<std::string_view, 46> kTitles = {
    "Mr",      "Mrs",     "Ms",       "Dr",       "Prof",       "Professor", "President",  "King",
    "Queen",   "Prince",  "Princess", "Emperor",  "Empress",    "Sir",       "Lord",       "Lady",
    "Pope",    "Saint",   "St",       "Bishop",   "Archbishop", "Cardinal",  "General",    "Colonel",
    "Captain", "Major",   "Admiral",  "Governor", "Senator",    "Mayor",     "Duke",       "Duchess",
    "Earl",    "Count",   "Baron",    "Judge",    "Justice",    "Minister",  "Chancellor", "Coach",
    "Father",  "Brother", "Sister",   "Rev",      "Secretary",  "Khan"};
constexpr std::array<std::string_view, 60> kPlaceWords = {
    "City",    "River",    "Lake",       "Mount",     "Mountain", "Mountains", "Island",     "Islands",
    "Sea",     "Ocean",    "Bay",        "Valley",    "County",   "State",     "States",     "Street",
    "Road",    "Avenue",   "Park",       "Bridge",    "Square",   "Palace",    "Castle",     "Cathedral",
    "Church",  "Stadium",  "Airport",    "Station",   "Harbour",  "Harbor",    "Port",       "Beach",
    "Desert",  "Forest",   "Rainforest", "Peninsula", "Coast",    "Province",  "Prefecture", "District",
    "Kingdom", "Republic", "Empire",     "Territory", "Region",   "Village",   "Town",       "Basin",
    "Gulf",    "Strait",   "Canyon",     "Falls",     "Hill",     "Hills",     "Plateau",    "Hall",
    "Center",  "Centre",   "Tower",      "Theatre"};
constexpr std::array<std::string_view, 40> kOrganisationWords = {
    "University",  "College", "School",    "Company",    "Corporation", "Inc",          "Ltd",    "Bank",
    "Association", "Party",   "Committee", "Council",    "Union",       "League",       "Museum", "Institute",
    "Society",     "Group",   "Agency",    "Department", "Ministry",    "Court",        "Act",    "Treaty",
    "War",         "Wars",    "Battle",    "Revolution", "Bowl",        "Championship", "Cup",    "Award",
    "Prize",       "Network", "Service",   "Program",    "Theory",      "Law",          "Press",  "Records"};
constexpr std::array<std::string_view, 72> kCountries = {
    "Afghanistan", "Africa",    "Algeria",     "America",  "Argentina",   "Asia",    "Australia",  "Austria",
    "Belgium",     "Brazil",    "Britain",     "Bulgaria", "Canada",      "Chile",   "China",      "Colombia",
    "Cuba",        "Denmark",   "Egypt",       "England",  "Ethiopia",    "Europe",  "Finland",    "France",
    "Germany",     "Ghana",     "Greece",      "Hungary",  "Iceland",     "India",   "Indonesia",  "Iran",
    "Iraq",        "Ireland",   "Israel",      "Italy",    "Japan",       "Kenya",   "Korea",      "London",
    "Malaysia",    "Mexico",    "Mongolia",    "Morocco",  "Netherlands", "Nigeria", "Norway",     "Pakistan",
    "Paris",       "Peru",      "Philippines", "Poland",   "Portugal",    "Prussia", "Romania",    "Russia",
    "Scotland",    "Singapore", "Spain",       "Sweden",   "Switzerland", "Syria",   "Taiwan",     "Thailand",
    "Tokyo",       "Turkey",    "USA",         "Ukraine",  "Vietnam",     "Wales",   "Washington", "Zealand"};

struct Word {
  std::size_t begin = 0;
  std::size_t end = 0;
};

class NameFinder {
 public:
  NameFinder(std::string_view text, std::vector<TypedSpan>& out) : text_(text), out_(out) {}

  void find() {
    for (std::size_t at = 0; at < text_.size();) {
      const Word word = next_word(at);
      if (word.begin == word.end) return;
      at = word.end;
      if (is_name_word(word)) at = run(word);
    }
  }

 private:
  std::string_view text(Word word) const { return text_.substr(word.begin, word.end - word.begin); }

  static bool is_letter(char32_t c) {
    return is_ascii_letter(c) || is_ascii_digit(c) || (c >= 0xC0 && c < 0x250 && c != 0xD7 && c != 0xF7);
  }

  /// The next run of Latin letters and digits at or after `at`, with the hyphens and apostrophes inside it.
  Word next_word(std::size_t at) const {
    Word word{text_.size(), text_.size()};
    while (at < text_.size()) {
      const CodePoint c = code_point_at(text_, at);
      if (is_letter(c.value)) break;
      at += c.length;
    }
    if (at >= text_.size()) return word;
    word.begin = at;
    while (at < text_.size()) {
      const CodePoint c = code_point_at(text_, at);
      if (!is_letter(c.value)) {
        const bool joint = c.value == '-' || c.value == '\'' || c.value == 0x2019 || c.value == '&';
        const std::size_t next = at + c.length;
        if (!joint || next >= text_.size() || !is_letter(code_point_at(text_, next).value)) break;
        const bool possessive =
            c.value != '-' && text_[next] == 's' &&
            (next + 1 >= text_.size() || !is_letter(code_point_at(text_, next + 1).value));
        if (possessive) break;
      }
      at += c.length;
    }
    word.end = at;
    return word;
  }

  bool is_capital(Word word) const {
    const char32_t c = code_point_at(text_, word.begin).value;
    return is_ascii_upper(c) || (c >= 0xC0 && c <= 0xDE);
  }
  bool is_name_word(Word word) const {
    if (is_capital(word)) return true;
    // iPhone, eBay
    return word.end - word.begin > 2 && is_ascii_lower(static_cast<unsigned char>(text_[word.begin])) &&
           is_ascii_upper(static_cast<unsigned char>(text_[word.begin + 1]));
  }

  /// Whether nothing but a space, or the dot of an initial or title, stands between two words.
  bool adjoins(Word left, Word right) const {
    const std::string_view gap = text_.substr(left.end, right.begin - left.end);
    if (gap == " ") return true;
    if (gap != ". " && gap != ".") return false;
    return left.end - left.begin == 1 || contains(kTitles, text(left)) || text(left) == "Jr";
  }

  std::size_t run(Word first) {
    std::vector<Word> words{first};
    std::size_t lower_since = 0;  // words at the end that are particles
    while (words.size() < 12) {
      const Word next = next_word(words.back().end);
      if (next.begin == next.end || !adjoins(words.back(), next)) break;
      const bool number = is_ascii_digit(static_cast<unsigned char>(text_[next.begin]));
      if (is_name_word(next)) {
        lower_since = 0;
      } else if (contains(kParticles, text(next)) && lower_since < 2) {
        ++lower_since;
      } else if (number && lower_since == 0 && next.end - next.begin <= 3) {
        words.push_back(next);
        break;
      } else {
        break;
      }
      words.push_back(next);
    }
    words.resize(words.size() - (is_name_word(words.back()) || lower_since == 0 ? 0 : lower_since));
    const std::size_t end = words.back().end;
    std::size_t skip = 0;
    while (skip < words.size() && contains(kOpeners, text(words[skip]))) ++skip;
    while (skip < words.size() && !is_name_word(words[skip])) ++skip;
    if (skip == words.size()) return end;
    words.erase(words.begin(), words.begin() + static_cast<std::ptrdiff_t>(skip));
    emit(words);
    return end;
  }

  void emit(const std::vector<Word>& words) {
    add(words, 0, words.size());
    // "University of California and Stanford" holds its parts too.
    std::size_t begin = 0;
    bool split = false;
    for (std::size_t i = 0; i <= words.size(); ++i) {
      const bool small = i < words.size() && !is_name_word(words[i]) && contains(kParticles, text(words[i]));
      if (i < words.size() && !small) continue;
      if (small) split = true;
      if (split && i > begin && !(begin == 0 && i == words.size())) add(words, begin, i);
      begin = i + 1;
    }
    if (words.size() > 1 && contains(kTitles, text(words[0]))) add(words, 1, words.size());
  }

  void add(const std::vector<Word>& words, std::size_t first, std::size_t last) {
    const Span span{words[first].begin, words[last - 1].end};
    out_.push_back({span, type_of(words, first, last), normalise(span.of(text_))});
  }

  AnswerType type_of(const std::vector<Word>& words, std::size_t first, std::size_t last) const {
    if (contains(kTitles, text(words[first])) && last - first > 1) return AnswerType::person;
    if (first > 0 && contains(kTitles, text(words[first - 1]))) return AnswerType::person;
    std::size_t capitals = 0;
    bool initial = false, plain = true;
    for (std::size_t i = first; i < last; ++i) {
      const std::string_view word = text(words[i]);
      if (contains(kOrganisationWords, word)) return AnswerType::entity;
      if (contains(kPlaceWords, word) || contains(kCountries, word)) return AnswerType::place;
      capitals += is_capital(words[i]);
      initial |= word.size() == 1 && i > first - (first > 0) && i + 1 < last;
      plain &= std::all_of(word.begin(), word.end(),
                           [](char c) { return !is_ascii_digit(static_cast<unsigned char>(c)); });
      plain &= word.size() < 2 || !is_ascii_upper(static_cast<unsigned char>(word[1]));
    }
    if (initial && capitals >= 2) return AnswerType::person;
    if (capitals == 1 && plain && after_locative(words[first].begin)) return AnswerType::place;
    return plain && capitals >= 2 && capitals <= 3 && last - first <= 4 ? AnswerType::person
                                                                        : AnswerType::entity;
  }

  bool after_locative(std::size_t begin) const {
    for (const std::string_view word :
         {"in ", "at ", "near ", "from ", "to ", "throughout ", "across ", "outside "}) {
      if (begin < word.size() || text_.substr(begin - word.size(), word.size()) != word) continue;
      return begin == word.size() || text_[begin - word.size() - 1] == ' ';
    }
    return false;
  }

  std::string_view text_;
  std::vector<TypedSpan>& out_;
};

}  // namespace

void find_latin_names(std::string_view sentence, std::vector<TypedSpan>& out) {
  NameFinder(sentence, out).find();
}

}  // namespace genkai::text
