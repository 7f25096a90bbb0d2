#include "knowledge/document/roff.h"

#include <algorithm>
#include <unordered_map>

#include "knowledge/document/blocks.h"
#include "text/utf8.h"

namespace genkai::knowledge::reading {
namespace {

const std::unordered_map<std::string_view, std::string_view> kCharacters = {
    {"em", "—"}, {"en", "–"},  {"hy", "-"}, {"bu", "•"}, {"lq", "“"}, {"rq", "”"},  {"oq", "‘"}, {"cq", "’"},
    {"aq", "'"}, {"dq", "\""}, {"ga", "`"}, {"ha", "^"}, {"ti", "~"}, {"rs", "\\"}, {"co", "©"}, {"rg", "®"},
    {"tm", "™"}, {"de", "°"},  {"+-", "±"}, {"mu", "×"}, {"di", "÷"}, {"<=", "≤"},  {">=", "≥"}, {"!=", "≠"},
    {"->", "→"}, {"<-", "←"},  {"<>", "↔"}, {"==", "≡"}, {"~~", "≈"}, {"sc", "§"},  {"dg", "†"}, {"dd", "‡"},
    {"ps", "¶"}, {"Eu", "€"},  {"eu", "€"}, {"Po", "£"}, {"Ye", "¥"}, {"ct", "¢"},  {"ul", "_"}, {"ba", "|"},
    {"br", "|"}, {"or", "|"},  {"sl", "/"}, {"lB", "["}, {"rB", "]"}, {"lC", "{"},  {"rC", "}"}, {"la", "⟨"},
    {"ra", "⟩"}, {"at", "@"},  {"sh", "#"}, {"Do", "$"}, {"Fo", "«"}, {"Fc", "»"},  {"12", "½"}, {"14", "¼"},
    {"34", "¾"}, {"ss", "ß"},  {"AE", "Æ"}, {"ae", "æ"}, {"/o", "ø"}, {"/O", "Ø"},  {"oa", "å"}, {"oA", "Å"},
    {":a", "ä"}, {":o", "ö"},  {":u", "ü"}, {":A", "Ä"}, {":O", "Ö"}, {":U", "Ü"},  {":e", "ë"}, {":i", "ï"},
    {"'a", "á"}, {"'e", "é"},  {"'i", "í"}, {"'o", "ó"}, {"'u", "ú"}, {"'A", "Á"},  {"'E", "É"}, {"`a", "à"},
    {"`e", "è"}, {"`i", "ì"},  {"`o", "ò"}, {"`u", "ù"}, {"^a", "â"}, {"^e", "ê"},  {"^i", "î"}, {"^o", "ô"},
    {"^u", "û"}, {"~n", "ñ"},  {"~a", "ã"}, {"~o", "õ"}, {",c", "ç"}, {",C", "Ç"},  {"*a", "α"}, {"*b", "β"},
    {"*g", "γ"}, {"*d", "δ"},  {"*l", "λ"}, {"*m", "μ"}, {"*p", "π"}, {"*s", "σ"},  {"*w", "ω"}, {"if", "∞"},
    {"sq", "□"}, {"ci", "○"},  {"lh", "☜"}, {"rh", "☞"}, {"mi", "−"}, {"pl", "+"},  {"no", "¬"}, {"**", "*"},
    {"Tm", "™"}, {"fm", "′"},  {"sd", "″"}, {"Lq", "“"}, {"Rq", "”"}, {"Bq", "„"},  {"bq", "‚"}};
const std::unordered_map<std::string_view, std::string_view> kStrings = {
    {"lq", "“"},   {"rq", "”"}, {"R", "®"},  {"Tm", "™"}, {"--", "--"}, {"L\"", "\""},
    {"R\"", "\""}, {"Aq", "'"}, {"Lt", "<"}, {"Gt", ">"}, {"Le", "≤"},  {"Ge", "≥"},
    {"Ne", "≠"},   {"Am", "&"}, {"Ba", "|"}, {"q", "\""}};

// Past the rest of a character that an escape cut in two.
std::size_t boundary(std::string_view text, std::size_t at) {
  while (at < text.size() && (static_cast<unsigned char>(text[at]) & 0xC0) == 0x80) ++at;
  return std::min(at, text.size());
}

// The name after an escape letter: one character, "(" and two, or "[" to "]". Advances past it.
std::string_view take_name(std::string_view text, std::size_t& at) {
  if (at >= text.size()) return {};
  if (text[at] == '(') {
    const std::string_view name = text.substr(at + 1, 2);
    at = boundary(text, at + 3);
    return name;
  }
  if (text[at] == '[') {
    const std::size_t end = std::min(text.find(']', at), text.size());
    const std::string_view name = text.substr(at + 1, end - at - 1);
    at = std::min(end + 1, text.size());
    return name;
  }
  const std::size_t start = at;
  at = boundary(text, at + 1);
  return text.substr(start, at - start);
}

// Skips an argument between two equal delimiters, as of \h'1i'.
std::string_view take_delimited(std::string_view text, std::size_t& at) {
  if (at >= text.size()) return {};
  const std::size_t end = std::min(text.find(text[at], at + 1), text.size());
  const std::string_view argument = text.substr(at + 1, end - std::min(at + 1, end));
  at = boundary(text, end + 1);
  return argument;
}

void append_character(std::string& out, std::string_view name) {
  if (const auto found = kCharacters.find(name); found != kCharacters.end()) {
    out += found->second;
    return;
  }
  if (name.size() >= 5 && name.size() <= 7 && name.front() == 'u') {
    char32_t value = 0;
    for (const char c : name.substr(1)) {
      if (!std::isxdigit(static_cast<unsigned char>(c))) return;
      value = value * 16 + static_cast<char32_t>(c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10);
    }
    if (value > 0 && value < 0x110000 && (value < 0xD800 || value > 0xDFFF)) text::append_utf8(out, value);
  }
}

std::vector<std::string> split_arguments(std::string_view text) {
  std::vector<std::string> arguments;
  for (std::size_t at = 0; at < text.size();) {
    if (text[at] == ' ' || text[at] == '\t') {
      ++at;
      continue;
    }
    std::string argument;
    if (text[at] == '"') {
      for (++at; at < text.size(); ++at) {
        if (text[at] == '"') {
          if (at + 1 >= text.size() || text[at + 1] != '"') break;
          ++at;
        }
        argument += text[at];
      }
      ++at;
    } else {
      for (; at < text.size() && text[at] != ' ' && text[at] != '\t'; ++at) {
        argument += text[at];
        if (text[at] == '\\' && at + 1 < text.size()) argument += text[++at];
      }
    }
    arguments.push_back(std::move(argument));
  }
  return arguments;
}

// The line up to its comment (\" or \#).
std::string_view without_comment(std::string_view line) {
  for (std::size_t at = line.find('\\'); at != std::string_view::npos && at + 1 < line.size();
       at = line.find('\\', at + 2))
    if (line[at + 1] == '"' || line[at + 1] == '#') return line.substr(0, at);
  return line;
}

int brace_balance(std::string_view line) {
  int balance = 0;
  for (std::size_t at = line.find('\\'); at != std::string_view::npos && at + 1 < line.size();
       at = line.find('\\', at + 2))
    balance += line[at + 1] == '{' ? 1 : line[at + 1] == '}' ? -1 : 0;
  return balance;
}

}  // namespace

std::string plain_roff(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t at = 0; at < text.size();) {
    if (text[at] != '\\') {
      out += text[at++];
      continue;
    }
    if (++at >= text.size()) break;
    const char escape = text[at++];
    switch (escape) {
      case '-':
        out += '-';
        break;
      case 'e':
      case '\\':
        out += '\\';
        break;
      case ' ':
      case '~':
      case '0':
        out += ' ';
        break;
      case 't':
        out += '\t';
        break;
      case '\'':
      case '`':
      case '.':
      case '_':
        out += escape;
        break;
      case '(':
      case '[':
        --at;
        append_character(out, take_name(text, at));
        break;
      case 'C':
        append_character(out, take_delimited(text, at));
        break;
      case '*': {
        const auto found = kStrings.find(take_name(text, at));
        if (found != kStrings.end()) out += found->second;
        break;
      }
      case 'f':
      case 'F':
      case 'm':
      case 'M':
      case 'n':
      case 'g':
      case 'k':
      case 'Y':
      case 'V':
        take_name(text, at);
        break;
      case 's':
        if (at < text.size() && (text[at] == '+' || text[at] == '-')) ++at;
        if (at < text.size() && text[at] == '\'')
          take_delimited(text, at);
        else
          take_name(text, at);
        break;
      case 'h':
      case 'v':
      case 'w':
      case 'l':
      case 'L':
      case 'o':
      case 'x':
      case 'b':
      case 'D':
      case 'H':
      case 'S':
      case 'N':
      case 'X':
      case 'A':
      case 'B':
      case 'R':
      case 'Z':
        take_delimited(text, at);
        break;
      case '"':
      case '#':
        return out;
      case '|':
      case '^':
      case '&':
      case '/':
      case ',':
      case ')':
      case ':':
      case '%':
      case 'c':
      case 'p':
      case 'd':
      case 'u':
      case 'r':
      case 'a':
      case 'z':
      case '{':
      case '}':
      case '!':
      case '?':
        break;
      default:
        --at;
        out += text[at++];
        break;
    }
  }
  return out;
}

std::optional<RoffReader::Raw> RoffReader::next_raw() {
  if (at_ >= page_.size()) return std::nullopt;
  ++number_;
  const std::uint32_t number = number_;
  joined_.clear();
  for (;;) {
    const std::size_t end = std::min(page_.find('\n', at_), page_.size());
    const std::string_view line = page_.substr(at_, end - at_);
    at_ = end + 1;
    std::size_t slashes = 0;
    while (slashes < line.size() && line[line.size() - 1 - slashes] == '\\') ++slashes;
    const bool goes_on = slashes % 2 == 1 && at_ < page_.size();
    if (!goes_on && joined_.empty()) return Raw{line, number};
    joined_ += goes_on ? line.substr(0, line.size() - 1) : line;
    if (!goes_on) return Raw{joined_, number};
    ++number_;
  }
}

void RoffReader::skip_definition(std::string_view end) {
  const std::string last = "." + std::string(end.empty() ? "." : end);
  while (const auto raw = next_raw())
    if (trim(raw->text) == last ||
        (raw->text.starts_with("'") && trim(raw->text.substr(1)) == last.substr(1)))
      return;
}

void RoffReader::skip_braces(std::string_view first) {
  int depth = brace_balance(first);
  while (depth > 0) {
    const auto raw = next_raw();
    if (!raw) return;
    depth += brace_balance(raw->text);
  }
}

// Takes a condition off the rest of a line. Known are those that ask for the output: a terminal, not a
// typesetter.
bool RoffReader::condition(std::string_view& rest) {
  rest = trim(rest);
  bool negated = false;
  if (rest.starts_with("!")) {
    negated = true;
    rest.remove_prefix(1);
  }
  bool value = false;
  if (rest.starts_with("'") || rest.starts_with("\"")) {
    std::size_t at = 0;
    const std::string_view left = take_delimited(rest, at);
    const std::size_t middle = rest.find(rest.front(), at);
    const std::string_view right = rest.substr(at, middle == std::string_view::npos ? middle : middle - at);
    value = left == right;
    rest = middle == std::string_view::npos ? std::string_view() : rest.substr(middle + 1);
  } else {
    const std::size_t end = std::min(rest.find_first_of(" \t"), rest.size());
    const std::string_view what = rest.substr(0, end);
    value = what == "n" || what == "o" || what == "\\n(.g" || what == "1";
    if (!what.empty() && what.size() > 1 && what[0] == 'n' && what.substr(1).starts_with("\\{")) {
      value = true;
      rest = rest.substr(1);
    } else {
      rest = rest.substr(end);
    }
  }
  rest = trim(rest);
  return value != negated;
}

std::optional<RoffLine> RoffReader::next() {
  for (;;) {
    std::string_view line = pending_;
    if (!std::exchange(has_pending_, false)) {
      const auto raw = next_raw();
      if (!raw) return std::nullopt;
      line = without_comment(raw->text);
      if (line.empty() && !raw->text.empty()) continue;
    }
    if (line.empty() || (line.front() != '.' && line.front() != '\'')) return RoffLine{{}, {}, line, number_};
    line.remove_prefix(1);
    while (!line.empty() && (line.front() == ' ' || line.front() == '\t')) line.remove_prefix(1);
    const std::size_t end = std::min(line.find_first_of(" \t"), line.size());
    std::string_view name = line.substr(0, end);
    if (const std::size_t escape = name.find('\\'); escape != std::string_view::npos)
      name = name.substr(0, escape);
    std::string_view rest = trim(line.substr(name.size()));
    if (name.empty() || name == ".") continue;
    if (name == "de" || name == "de1" || name == "am" || name == "ig") {
      const auto arguments = split_arguments(rest);
      const std::size_t which = name == "ig" ? 0 : 1;
      skip_definition(arguments.size() > which ? arguments[which] : std::string());
      continue;
    }
    if (name == "if" || name == "ie" || name == "el") {
      bool holds = false;
      if (name == "el") {
        holds = !last_condition_;
      } else {
        holds = condition(rest);
        if (name == "ie") last_condition_ = holds;
      }
      if (!holds) {
        skip_braces(rest);
      } else {
        if (rest.starts_with("\\{")) rest = trim(rest.substr(2));
        has_pending_ = !rest.empty();
        pending_ = rest;
      }
      continue;
    }
    return RoffLine{std::string(name), split_arguments(rest), rest, number_};
  }
}

}  // namespace genkai::knowledge::reading
