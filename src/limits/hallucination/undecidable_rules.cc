#include "limits/hallucination/undecidable_rules.h"

#include <algorithm>
#include <charconv>

#include "text/utf8.h"

namespace genkai::limits::hallucination {
namespace {

constexpr std::size_t kMaxEffort = 20'000;  // tries of one rule on one sentence

std::vector<std::string_view> split(std::string_view text, char at) {
  std::vector<std::string_view> out;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(at), text.size());
    if (end > 0) out.push_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return out;
}

std::vector<std::string_view> alternatives(std::string_view element,
                                           const std::vector<WordRule::Class>& classes) {
  std::vector<std::string_view> out;
  for (const std::string_view word : split(element, '|')) {
    if (!word.starts_with('@')) {
      out.push_back(word);
      continue;
    }
    for (const WordRule::Class& known : classes)
      if (known.name == word.substr(1)) out.insert(out.end(), known.words.begin(), known.words.end());
  }
  return out;
}

std::size_t gap_of(std::string_view element) {
  std::size_t gap = 8;
  std::from_chars(element.data() + 2, element.data() + element.size(), gap);
  return gap;
}

}  // namespace

WordRule::WordRule(std::string_view rule, const std::vector<Class>& classes) {
  for (std::string_view text : split(rule, ' ')) {
    Element element;
    if (text == "^") {
      element.kind = Kind::begin;
    } else if (text == "$") {
      element.kind = Kind::end;
    } else if (text.starts_with("..")) {
      element.kind = Kind::gap;
      element.gap = gap_of(text);
    } else {
      element.many = text.ends_with('*');
      element.optional = element.many || text.ends_with('?');
      if (element.optional) text.remove_suffix(1);
      element.words = alternatives(text, classes);
    }
    elements_.push_back(std::move(element));
  }
}

bool WordRule::matches(const std::vector<std::string_view>& words) const {
  std::size_t effort = 0;
  for (std::size_t at = 0; at <= words.size(); ++at) {
    if (matches_from(words, at, 0, effort)) return true;
    if (!elements_.empty() && elements_.front().kind == Kind::begin) return false;
  }
  return false;
}

bool WordRule::matches_from(const std::vector<std::string_view>& words, std::size_t at, std::size_t index,
                            std::size_t& effort) const {
  if (++effort > kMaxEffort) return false;
  if (index == elements_.size()) return true;
  const Element& element = elements_[index];
  switch (element.kind) {
    case Kind::begin:
      return at == 0 && matches_from(words, at, index + 1, effort);
    case Kind::end:
      return at == words.size() && matches_from(words, at, index + 1, effort);
    case Kind::gap:
      for (std::size_t skip = 0; skip <= element.gap && at + skip <= words.size(); ++skip)
        if (matches_from(words, at + skip, index + 1, effort)) return true;
      return false;
    case Kind::word:
      break;
  }
  const bool fits = at < words.size() &&
                    std::find(element.words.begin(), element.words.end(), words[at]) != element.words.end();
  if (fits && matches_from(words, at + 1, element.many ? index : index + 1, effort)) return true;
  return element.optional && matches_from(words, at, index + 1, effort);
}

TextRule::TextRule(std::string_view rule, const std::vector<Class>& classes) {
  for (std::string_view text : split(rule, ' ')) {
    Element element;
    if (text == "^") {
      element.begin = true;
    } else if (text == "$") {
      element.end = true;
    } else if (text.starts_with("..")) {
      element.gap = gap_of(text);
    } else {
      element.optional = text.ends_with('?');
      if (element.optional) text.remove_suffix(1);
      element.texts = alternatives(text, classes);
    }
    elements_.push_back(std::move(element));
  }
}

bool TextRule::matches(std::string_view text) const {
  std::size_t effort = 0;
  for (std::size_t at = 0; at <= text.size();) {
    if (matches_from(text, at, 0, effort)) return true;
    if ((!elements_.empty() && elements_.front().begin) || at == text.size()) return false;
    at += text::code_point_at(text, at).length;
  }
  return false;
}

bool TextRule::matches_from(std::string_view text, std::size_t at, std::size_t index,
                            std::size_t& effort) const {
  if (++effort > kMaxEffort) return false;
  if (index == elements_.size()) return true;
  const Element& element = elements_[index];
  if (element.begin) return at == 0 && matches_from(text, at, index + 1, effort);
  if (element.end) return at == text.size() && matches_from(text, at, index + 1, effort);
  if (element.gap > 0) {
    for (std::size_t skip = 0; skip <= element.gap; ++skip) {
      if (matches_from(text, at, index + 1, effort)) return true;
      if (at >= text.size()) return false;
      at += text::code_point_at(text, at).length;
    }
    return false;
  }
  for (const std::string_view one : element.texts)
    if (text.substr(at).starts_with(one) && matches_from(text, at + one.size(), index + 1, effort))
      return true;
  return element.optional && matches_from(text, at, index + 1, effort);
}

}  // namespace genkai::limits::hallucination
