#include "logic/solve/sections.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "text/text.h"

namespace genkai::logic::solve {
namespace {

constexpr std::array kHeadings = std::to_array<std::pair<std::string_view, Section>>({
    {"predicates", Section::predicates},
    {"predicate", Section::predicates},
    {"facts", Section::facts},
    {"fact", Section::facts},
    {"rules", Section::rules},
    {"rule", Section::rules},
    {"conditional rules", Section::rules},
    {"rules with compound predicates by comma", Section::rules},
    {"premises", Section::premises},
    {"premise", Section::premises},
    {"first-order-logic premises", Section::premises},
    {"axioms", Section::premises},
    {"conclusion", Section::conclusion},
    {"first-order-logic conclusion", Section::conclusion},
    {"hypothesis", Section::conclusion},
    {"query", Section::query},
    {"queries", Section::query},
    {"goal", Section::query},
    {"domain", Section::domain},
    {"domains", Section::domain},
    {"variables", Section::variables},
    {"variable", Section::variables},
    {"constraints", Section::constraints},
    {"constraint", Section::constraints},
    {"declarations", Section::declarations},
    {"options", Section::options},
    {"述語", Section::predicates},
    {"事実", Section::facts},
    {"規則", Section::rules},
    {"ルール", Section::rules},
    {"前提", Section::premises},
    {"結論", Section::conclusion},
    {"質問", Section::query},
    {"問い", Section::query},
    {"変数", Section::variables},
    {"制約", Section::constraints},
    {"領域", Section::domain},
    {"answer", Section::ignored},
    {"answers", Section::ignored},
    {"explanation", Section::ignored},
    {"reasoning", Section::ignored},
    {"note", Section::ignored},
    {"notes", Section::ignored},
    {"problem", Section::ignored},
    {"question", Section::ignored},
});

constexpr std::string_view kSpaces = " \t\r\f\v";

std::string_view trimmed(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(kSpaces);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(kSpaces) - begin + 1);
}

struct Heading {
  Section section;
  std::string_view rest;  // of the line
};

std::optional<Section> section_called(std::string_view name) {
  std::string lower(name);
  std::transform(lower.begin(), lower.end(), lower.begin(), [](unsigned char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : static_cast<char>(c);
  });
  for (const auto& [heading, section] : kHeadings)
    if (lower == heading) return section;
  return std::nullopt;
}

// "Facts:", "## Facts", "**Facts:** Cat(Tom)", "2. Facts:", "# Declarations"; the bare word alone too.
std::optional<Heading> heading_of(std::string_view line) {
  std::string_view bare = line;
  const bool marked = bare.starts_with('#') || bare.starts_with("**");
  bare.remove_prefix(std::min(bare.find_first_not_of("#* \t"), bare.size()));
  const std::size_t digits = bare.find_first_not_of("0123456789");
  if (digits != 0 && digits != std::string_view::npos && bare.substr(digits).starts_with(". "))
    bare.remove_prefix(digits + 2);
  const std::size_t wide = bare.find("：");
  const std::size_t colon = std::min(bare.find(':'), wide);
  const auto unmarked = [](std::string_view name) {
    name = trimmed(name);
    while (name.ends_with('*') || name.ends_with('#')) name.remove_suffix(1);
    return trimmed(name);
  };
  if (colon == std::string_view::npos) {
    const auto section = section_called(unmarked(bare));
    return section && (marked || bare.size() < 16) ? std::optional<Heading>({*section, {}}) : std::nullopt;
  }
  if (bare.substr(colon).starts_with(":::") || bare.substr(colon).starts_with(":-")) return std::nullopt;
  std::string_view rest = bare.substr(colon + (colon == wide ? 3 : 1));
  rest.remove_prefix(std::min(rest.find_first_not_of("* \t"), rest.size()));
  const auto section = section_called(unmarked(bare.substr(0, colon)));
  return section ? std::optional<Heading>({*section, trimmed(rest)}) : std::nullopt;
}

// "A) x", "(A) x", "A. x", "A: x": the label, and what is left.
std::string take_label(std::string_view& text) {
  std::string_view rest = text;
  const bool open = rest.starts_with('(');
  if (open) rest.remove_prefix(1);
  if (rest.size() < 2 || rest[0] < 'A' || rest[0] > 'Z') return {};
  const char after = rest[1];
  if (open ? after != ')' : after != ')' && after != '.' && after != ':') return {};
  if (rest.substr(1).starts_with(":::") || rest.substr(1).starts_with(":-")) return {};
  std::string label(1, rest[0]);
  text = trimmed(rest.substr(2));
  return label;
}

// "- x", "* x", "1. x", "1) x"
std::string_view without_bullet(std::string_view text) {
  if (text.starts_with("- ") || text.starts_with("* ")) return trimmed(text.substr(2));
  if (text.starts_with("• ")) return trimmed(text.substr(4));
  const std::size_t digits = text.find_first_not_of("0123456789");
  if (digits != 0 && digits < 4 && digits + 1 < text.size() && (text[digits] == '.' || text[digits] == ')') &&
      text[digits + 1] == ' ')
    return trimmed(text.substr(digits + 2));
  return text;
}

// The comment begins at :::, at // or at # after white space.
std::size_t comment_at(std::string_view line) {
  std::size_t at = line.find(":::");
  for (const std::string_view mark : {" //", "\t//", " # ", "\t# "}) at = std::min(at, line.find(mark));
  if (line.starts_with("//") || line.starts_with("# ")) at = 0;
  return at;
}

int open_brackets(std::string_view text) {
  int open = 0;
  for (const char c : text) open += (c == '(' || c == '[') - (c == ')' || c == ']');
  return open;
}

bool says_nothing(std::string_view text) {
  return text.empty() || text == "None" || text == "None." || text == "N/A" || text == "(none)" ||
         text == "-" || text.find_first_not_of("-=_*") == std::string_view::npos;
}

class SectionReader {
 public:
  explicit SectionReader(std::string_view program) : program_(program) {}

  Source read() {
    std::size_t start = program_.rfind("</think>");
    start = start == std::string_view::npos ? 0 : start + 8;
    line_ = static_cast<std::uint32_t>(
        std::count(program_.begin(), program_.begin() + static_cast<std::ptrdiff_t>(start), '\n'));
    const bool fenced = program_.find("```", start) != std::string_view::npos;
    if (fenced) source_.repairs.push_back({{What::fence_removed, {}}, {}});
    bool inside = !fenced;
    for (std::size_t at = start; at <= program_.size();) {
      const std::size_t end = std::min(program_.find('\n', at), program_.size());
      const std::string_view line = program_.substr(at, end - at);
      ++line_;
      at = end + 1;
      if (trimmed(line).starts_with("```"))
        inside = !inside;
      else if (inside)
        take(line);
    }
    flush();
    return std::move(source_);
  }

 private:
  void take(std::string_view line) {
    std::string_view text = trimmed(line);
    if (open_ > 0) {
      if (text.empty() || heading_of(text) || ++continued_ > 50) {
        flush();
      } else {
        const std::size_t comment = comment_at(text);
        pending_.text += '\n';
        // Columns of what follows stay right because the line is kept from its beginning.
        pending_.text +=
            line.substr(0, comment == std::string_view::npos ? line.size() : line.find(text) + comment);
        open_ = open_brackets(pending_.text);
        if (open_ <= 0) flush();
        return;
      }
    }
    if (const auto heading = heading_of(text)) {
      section_ = heading->section;
      if (section_ == Section::ignored)
        source_.repairs.push_back({{What::section_ignored, {std::string(text.substr(0, 40))}}, {line_, 1}});
      text = heading->rest;
    }
    if (section_ == Section::ignored) return;
    begin(line, text);
  }

  void begin(std::string_view line, std::string_view text) {
    Statement one;
    one.section = section_;
    if (const std::size_t comment = comment_at(text); comment != std::string_view::npos) {
      std::string_view said = text.substr(comment);
      said.remove_prefix(std::min(said.find_first_not_of(":/# \t"), said.size()));
      one.comment = said;
      text = trimmed(text.substr(0, comment));
    }
    text = without_bullet(text);
    if (section_ == Section::query || section_ == Section::options || section_ == Section::conclusion)
      one.label = take_label(text);
    while (text.size() > 1 && text.front() == '`' && text.back() == '`')
      text = text.substr(1, text.size() - 2);
    if (says_nothing(text)) return;
    const auto offset = static_cast<std::size_t>(text.data() - line.data());
    one.text = text;
    one.place = {line_, static_cast<std::uint32_t>(text::count_code_points(line.substr(0, offset)) + 1)};
    pending_ = std::move(one);
    open_ = open_brackets(pending_.text);
    continued_ = 0;
    if (open_ <= 0) flush();
  }

  void flush() {
    if (!pending_.text.empty()) source_.statements.push_back(std::move(pending_));
    pending_ = {};
    open_ = 0;
  }

  std::string_view program_;
  Source source_;
  Section section_ = Section::none;
  Statement pending_;
  int open_ = 0, continued_ = 0;
  std::uint32_t line_ = 0;
};

}  // namespace

bool Source::has(Section section) const {
  return std::any_of(statements.begin(), statements.end(),
                     [&](const Statement& one) { return one.section == section; });
}
bool Source::sectioned() const {
  return std::any_of(statements.begin(), statements.end(),
                     [](const Statement& one) { return one.section != Section::none; });
}

Source read_sections(std::string_view program) {
  return SectionReader(program).read();
}

}  // namespace genkai::logic::solve
