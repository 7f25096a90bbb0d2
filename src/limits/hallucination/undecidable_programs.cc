// Finds the programs in a question.

#include <algorithm>
#include <array>

#include "limits/hallucination/undecidable_rules.h"
#include "text/utf8.h"

namespace genkai::limits::hallucination {
namespace {

constexpr std::size_t kMaxPrograms = 4;
constexpr std::size_t kMaxTries = 16;           // places after which a program may begin on a line of prose
constexpr std::size_t kMaxTriedBytes = 16'384;  // of a question that is searched like this

std::string_view trim(std::string_view text, bool lines_only = false) {
  const std::string_view blank = lines_only ? "\r\n" : " \t\r\n";
  const std::size_t begin = text.find_first_not_of(blank);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(" \t\r\n") - begin + 1);
}

std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> out;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    out.push_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return out;
}

/// Lines without the indentation that all have.
std::string dedent(const std::vector<std::string_view>& lines) {
  std::size_t common = std::string_view::npos;
  for (const std::string_view line : lines) {
    if (trim(line).empty()) continue;
    common = std::min(common, std::min(line.find_first_not_of(" \t"), line.size()));
  }
  std::string out;
  for (const std::string_view line : lines) {
    if (!trim(line).empty()) out += line.substr(common);
    out += '\n';
  }
  return out;
}

bool word_at(std::string_view text, std::string_view word) {
  if (!text.starts_with(word)) return false;
  return text.size() == word.size() || !text::is_ascii_letter(static_cast<unsigned char>(text[word.size()]));
}

/// Whether a line could be Python by its looks: a statement's keyword with its sign, an assignment, a call.
bool looks_like_code(std::string_view line) {
  const std::string_view text = trim(line);
  if (text.empty()) return false;
  constexpr std::array<std::string_view, 9> blocks = {"while", "for",   "if",  "elif", "else",
                                                      "def",   "class", "try", "with"};
  for (const std::string_view word : blocks)
    if (word_at(text, word) && text.find(':') != std::string_view::npos) return true;
  constexpr std::array<std::string_view, 8> alone = {"pass",   "break",  "continue", "return",
                                                     "import", "assert", "global",   "from"};
  for (const std::string_view word : alone)
    if (word_at(text, word)) return true;
  if (text.starts_with('#') || text.starts_with('@')) return true;
  std::size_t name = 0;  // an identifier, perhaps with an index or attribute, then = or a call
  while (name < text.size() && (text::is_ascii_letter(static_cast<unsigned char>(text[name])) ||
                                text::is_ascii_digit(static_cast<unsigned char>(text[name])) ||
                                std::string_view("_.[], ").find(text[name]) != std::string_view::npos))
    ++name;
  if (name == 0 || name == text.size()) return false;
  const std::string_view rest = text.substr(name);
  if (rest.starts_with('(')) return text.find(' ') > name && (rest.ends_with(')') || rest.ends_with(';'));
  constexpr std::array<std::string_view, 12> assigns = {
      "=", "+=", "-=", "*=", "//=", "%=", "**=", "|=", "&=", "^=", ">>=", "<<="};
  return std::any_of(assigns.begin(), assigns.end(),
                     [&](std::string_view op) { return rest.starts_with(op) && !rest.starts_with("=="); });
}

/// A text that is a program for itself, and more than a name or a number.
bool is_program(std::string_view text) {
  if (trim(text).empty()) return false;
  const base::Result<logic::Program> parsed = logic::Program::parse(text);
  if (!parsed && parsed.error().code != base::Code::unsupported) return false;
  const std::vector<std::string_view> lines = lines_of(text);
  return std::any_of(lines.begin(), lines.end(), looks_like_code);
}

void add(QuestionParts& parts, std::string program) {
  if (parts.programs.size() < kMaxPrograms) parts.programs.push_back(std::move(program));
}

/// ``` fences: whatever stands in them is a program.
bool take_fences(std::string_view question, QuestionParts& parts) {
  constexpr std::string_view fence = "```";
  std::size_t at = 0;
  for (std::size_t open = question.find(fence); open != std::string_view::npos;
       open = question.find(fence, at)) {
    parts.prose += question.substr(at, open - at);
    parts.prose += '\n';
    const std::size_t begin = open + fence.size();
    const std::size_t close = std::min(question.find(fence, begin), question.size());
    std::string_view inside = question.substr(begin, close - begin);
    const std::size_t line = inside.find('\n');
    if (line != std::string_view::npos &&
        inside.substr(0, line).find_first_of(" =(:") == std::string_view::npos)
      inside.remove_prefix(line + 1);  // the language's name
    if (!trim(inside).empty()) add(parts, dedent(lines_of(trim(inside, true))));
    at = std::min(close + fence.size(), question.size());
  }
  parts.prose += question.substr(at);
  return !parts.programs.empty();
}

/// `inline code` that is a program; other inline code stays in the prose.
bool take_inline(std::string_view question, QuestionParts& parts) {
  std::size_t at = 0;
  for (std::size_t open = question.find('`'); open != std::string_view::npos; open = question.find('`', at)) {
    const std::size_t close = question.find('`', open + 1);
    if (close == std::string_view::npos) break;
    const std::string_view inside = question.substr(open + 1, close - open - 1);
    parts.prose += question.substr(at, open - at);
    if (is_program(trim(inside))) {
      add(parts, std::string(trim(inside)));
      parts.prose += " ";
    } else {
      parts.prose += inside;
    }
    at = close + 1;
  }
  parts.prose += question.substr(at);
  return !parts.programs.empty();
}

/// Runs of lines that look like code, blank lines inside included.
bool take_lines(std::string_view question, QuestionParts& parts) {
  const std::vector<std::string_view> lines = lines_of(question);
  if (lines.size() < 2) return false;
  for (std::size_t at = 0; at < lines.size();) {
    if (!looks_like_code(lines[at])) {
      parts.prose += lines[at++];
      parts.prose += '\n';
      continue;
    }
    const auto continues = [&](std::size_t line) {  // an indented line goes on what is above it
      return looks_like_code(lines[line]) || lines[line].starts_with("  ") || lines[line].starts_with('\t');
    };
    std::size_t end = at + 1, last = at + 1;
    for (; end < lines.size() && (continues(end) || trim(lines[end]).empty()); ++end)
      if (!trim(lines[end]).empty()) last = end + 1;
    const std::string program = dedent(
        {lines.begin() + static_cast<std::ptrdiff_t>(at), lines.begin() + static_cast<std::ptrdiff_t>(last)});
    if (is_program(program)) {
      add(parts, program);
    } else {
      for (std::size_t line = at; line < last; ++line) (parts.prose += lines[line]) += '\n';
    }
    at = last;
  }
  return !parts.programs.empty();
}

/// On a line of prose: after a colon or the end of a sentence.
bool take_rest(std::string_view question, QuestionParts& parts) {
  if (question.size() > kMaxTriedBytes) return false;
  constexpr std::array<std::string_view, 6> marks = {":", "?", "：", "？", "。", "→"};
  std::size_t tries = 0;
  for (std::size_t at = 0; at < question.size() && tries < kMaxTries; ++at) {
    for (const std::string_view mark : marks) {
      if (!question.substr(at).starts_with(mark)) continue;
      ++tries;
      const std::string_view rest = question.substr(at + mark.size());
      const std::string_view line = rest.substr(0, std::min(rest.find('\n'), rest.size()));
      for (const std::string_view tried : {trim(rest), trim(line)}) {
        if (!is_program(tried)) continue;
        parts.prose = std::string(question.substr(0, at + mark.size()));
        if (tried.size() < trim(rest).size()) parts.prose += rest.substr(line.size());
        add(parts, std::string(tried));
        return true;
      }
    }
  }
  return false;
}

/// In Japanese prose: a run of ASCII.
bool take_ascii(std::string_view question, QuestionParts& parts) {
  if (question.size() > kMaxTriedBytes || text::is_ascii(question)) return false;
  std::size_t tries = 0;
  for (std::size_t at = 0; at < question.size() && tries < kMaxTries;) {
    const auto ascii = [&](std::size_t i) { return static_cast<unsigned char>(question[i]) < 0x80; };
    std::size_t end = at;
    while (end < question.size() && ascii(end)) ++end;
    const std::string_view run = trim(question.substr(at, end - at));
    if (run.size() >= 8) {
      ++tries;
      if (is_program(run)) {
        parts.prose = std::string(question.substr(0, at)) + std::string(question.substr(end));
        add(parts, std::string(run));
        return true;
      }
    }
    at = end;
    while (at < question.size() && !ascii(at)) ++at;
  }
  return false;
}

}  // namespace

QuestionParts split_question(std::string_view question) {
  for (const auto take : {take_fences, take_inline, take_lines, take_rest, take_ascii}) {
    QuestionParts parts;
    if (take(question, parts)) return parts;
  }
  return {std::string(question), {}};
}

}  // namespace genkai::limits::hallucination
