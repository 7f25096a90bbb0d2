// The mdoc language of manual pages: macros name what a word is (an option, an argument), and most can follow
// each other on a line.
#include <algorithm>
#include <unordered_map>
#include <unordered_set>

#include "knowledge/document/blocks.h"
#include "knowledge/document/dates.h"
#include "knowledge/document/roff.h"

namespace genkai::knowledge::reading {
namespace {

struct Pair {
  std::string_view open, close;
};
// Enclosures up to the end of the line.
const std::unordered_map<std::string_view, Pair> kEnclosures = {
    {"Op", {"[", "]"}}, {"Bq", {"[", "]"}}, {"Brq", {"{", "}"}},  {"Pq", {"(", ")"}}, {"Dq", {"“", "”"}},
    {"Sq", {"‘", "’"}}, {"Ql", {"‘", "’"}}, {"Qq", {"\"", "\""}}, {"Aq", {"<", ">"}}};
// Enclosures that another macro ends.
const std::unordered_map<std::string_view, std::string_view> kOpening = {
    {"Oo", "["}, {"Bo", "["}, {"Bro", "{"}, {"Po", "("}, {"Do", "“"}, {"So", "‘"}, {"Qo", "\""}, {"Ao", "<"}};
const std::unordered_map<std::string_view, std::string_view> kClosing = {
    {"Oc", "]"}, {"Bc", "]"}, {"Brc", "}"}, {"Pc", ")"}, {"Dc", "”"}, {"Sc", "’"}, {"Qc", "\""}, {"Ac", ">"}};
// Macros whose words stand as they are.
const std::unordered_set<std::string_view> kPlain = {
    "Cm", "Ic", "Li", "Pa", "Em", "Sy", "Va", "Vt", "Fa", "Ft", "Ev", "Er", "Dv", "Ad", "An", "Tn", "Cd",
    "Ms", "No", "Lk", "Mt", "In", "Fd", "Sx", "Ar", "Fl", "St", "Xo", "Xc", "Eo", "Ec", "Es", "En"};
const std::unordered_map<std::string_view, std::string_view> kSystems = {
    {"Fx", "FreeBSD"},   {"Nx", "NetBSD"}, {"Ox", "OpenBSD"},   {"Bx", "BSD"},
    {"Dx", "DragonFly"}, {"Ux", "UNIX"},   {"At", "AT&T UNIX"}, {"Bsx", "BSD/OS"}};

bool is_macro(std::string_view word) {
  return kPlain.count(word) > 0 || kEnclosures.count(word) > 0 || kOpening.count(word) > 0 ||
         kClosing.count(word) > 0 || kSystems.count(word) > 0 || word == "Nm" || word == "Nd" ||
         word == "Xr" || word == "Ns" || word == "Ap" || word == "Pf" || word == "Fn" || word == "Fo" ||
         word == "Fc" || word == "Ta";
}

bool is_closing_mark(std::string_view word) {
  return word.size() == 1 && std::string_view(".,:;)]?!").find(word.front()) != std::string_view::npos;
}

// Joins words with spaces where they belong.
class Phrase {
 public:
  void add(std::string_view word) {
    if (word.empty()) return;
    if (!text_.empty() && !glue_ && !is_closing_mark(word)) text_ += ' ';
    text_ += word;
    glue_ = word == "(" || word == "[";
  }
  void open(std::string_view mark) {
    add(mark);
    glue_ = true;
  }
  void close(std::string_view mark) {
    text_ += mark;
    glue_ = false;
  }
  void glue() { glue_ = true; }
  bool glued() const { return glue_; }
  std::string& text() { return text_; }

 private:
  std::string text_;
  bool glue_ = false;
};

bool shows_terms(const std::vector<std::string>& arguments) {
  return std::any_of(arguments.begin(), arguments.end(), [](const std::string& argument) {
    return argument == "-tag" || argument == "-hang" || argument == "-ohang" || argument == "-inset" ||
           argument == "-diag";
  });
}

bool keeps_lines(const std::vector<std::string>& arguments) {
  return std::any_of(arguments.begin(), arguments.end(), [](const std::string& argument) {
    return argument == "-literal" || argument == "-unfilled";
  });
}

}  // namespace

std::string MdocReader::inline_text(const std::vector<std::string>& words, std::size_t from) {
  Phrase phrase;
  std::vector<std::string_view> closing;
  std::string_view macro;
  // Closing marks of the line stand behind its enclosures: ".Op Fl a ." is "[-a]."
  std::size_t end = words.size();
  while (end > from && is_closing_mark(words[end - 1])) --end;
  for (std::size_t i = from; i < end; ++i) {
    const std::string& word = words[i];
    const bool last = i + 1 >= end;
    const bool alone = last || is_macro(words[i + 1]) || is_closing_mark(words[i + 1]);
    if (!is_macro(word)) {
      if (macro == "Fl" && !is_closing_mark(word) && word != "|" && word != "(" && word != "[")
        phrase.add("-" + plain_roff(word));
      else
        phrase.add(plain_roff(word));
      continue;
    }
    macro = word;
    if (const auto found = kEnclosures.find(word); found != kEnclosures.end()) {
      phrase.open(found->second.open);
      closing.push_back(found->second.close);
    } else if (const auto opening = kOpening.find(word); opening != kOpening.end()) {
      phrase.open(opening->second);
    } else if (const auto closed = kClosing.find(word); closed != kClosing.end()) {
      phrase.close(closed->second);
    } else if (const auto system = kSystems.find(word); system != kSystems.end()) {
      phrase.add(system->second);
    } else if (word == "Nm") {
      if (alone) phrase.add(name_);
    } else if (word == "Nd") {
      phrase.add("-");
    } else if (word == "Fl") {
      if (alone) phrase.add("-");
      if (alone && !last && (words[i + 1] == "Fl" || kPlain.count(words[i + 1]) > 0)) phrase.glue();
    } else if (word == "Ar") {
      if (alone) phrase.add("file ...");
    } else if (word == "Xr") {
      if (i + 2 < end && !is_macro(words[i + 2])) {
        phrase.add(plain_roff(words[i + 1]) + "(" + plain_roff(words[i + 2]) + ")");
        i += 2;
      }
    } else if (word == "Ns") {
      phrase.glue();
    } else if (word == "Ap") {
      phrase.close("'");
      phrase.glue();
    } else if (word == "Pf") {
      if (!last) phrase.add(plain_roff(words[++i]));
      phrase.glue();
    } else if (word == "Fn" || word == "Fo") {
      if (last) continue;
      std::string call = plain_roff(words[++i]) + "(";
      const std::size_t first = i + 1;
      while (i + 1 < end && !is_macro(words[i + 1])) {
        if (i + 1 > first) call += ", ";
        call += plain_roff(words[++i]);
      }
      phrase.add(call + (word == "Fn" ? ")" : ""));
      if (word == "Fo") phrase.glue();
    } else if (word == "Fc") {
      phrase.close(")");
    }
  }
  for (auto mark = closing.rbegin(); mark != closing.rend(); ++mark) phrase.close(*mark);
  for (std::size_t i = end; i < words.size(); ++i) phrase.close(words[i]);
  if (phrase.glued()) {
    pending_ += phrase.text();
    return {};
  }
  return std::exchange(pending_, {}) + phrase.text();
}

void MdocReader::render(const std::vector<std::string>& words, std::size_t from, std::uint32_t line) {
  const std::string text = inline_text(words, from);
  if (!text.empty()) writer_->text(text, line);
}

bool MdocReader::read(const RoffLine& line) {
  const std::string& request = line.request;
  const auto& arguments = line.arguments;
  if (request == "Dd") {
    document_->info.date = find_date(plain_roff(line.rest));
  } else if (request == "Sh" || request == "Ss") {
    in_name_section_ = request == "Sh" && !arguments.empty() && arguments[0] == "NAME";
    writer_->heading(request == "Sh" ? 1 : 2, inline_text(arguments, 0), line.number);
  } else if (request == "Pp" || request == "Lp") {
    writer_->end_paragraph();
  } else if (request == "Bl") {
    writer_->end_paragraph();
    lists_.push_back(shows_terms(arguments));
  } else if (request == "El") {
    writer_->end_item();
    if (!lists_.empty()) lists_.pop_back();
  } else if (request == "It") {
    const bool term = !lists_.empty() && lists_.back();
    const std::string head = inline_text(arguments, 0);
    writer_->begin_item(term ? head : std::string(), line.number);
    if (!term && !head.empty()) writer_->text(head, line.number);
  } else if (request == "Bd") {
    if (keeps_lines(arguments)) writer_->begin_code();
  } else if (request == "Ed") {
    writer_->end_code();
  } else if (request == "D1" || request == "Dl") {
    writer_->begin_code();
    render(arguments, 0, line.number);
    writer_->end_code();
  } else if (request == "Ex") {
    writer_->text("The " + name_ + " utility exits 0 on success, and >0 if an error occurs.", line.number);
  } else if (is_macro(request) || (!request.empty() && request.front() == '%')) {
    if (request == "Nm" && in_name_section_ && name_.empty() && !arguments.empty())
      name_ = plain_roff(arguments[0]);
    std::vector<std::string> words;
    if (request.front() != '%') words.push_back(request);
    words.insert(words.end(), arguments.begin(), arguments.end());
    render(words, 0, line.number);
  } else {
    return false;
  }
  return true;
}

}  // namespace genkai::knowledge::reading
