#include "limits/reasoning/consistency/statement.h"

#include <algorithm>

#include "text/text.h"
#include "text/utf8.h"

namespace genkai::limits::reasoning {
namespace {

constexpr std::size_t kBytes = 1000;

std::string_view bounded(std::string_view text) {
  if (text.size() <= kBytes) return text;
  std::size_t end = kBytes;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
  return text.substr(0, end);
}

bool is_japanese(std::string_view text) {
  for (std::size_t at = 0; at < text.size();) {
    const text::CodePoint c = text::code_point_at(text, at);
    if (text::is_japanese_letter(c.value)) return true;
    at += c.length;
  }
  return false;
}

}  // namespace

std::string join(const std::vector<std::string>& words, std::size_t from, std::size_t to) {
  std::string out;
  for (std::size_t i = from; i < std::min(to, words.size()); ++i) {
    if (i > from) out += ' ';
    out += words[i];
  }
  return out;
}

std::string Statement::key() const {
  return subject + '\x1f' + join(predicate);
}

std::string Statement::object_words() const {
  return object == 0 ? std::string() : join(predicate, object);
}

Statement read_statement(std::string_view sentence) {
  const std::string normalised = text::normalise(bounded(sentence));
  return is_japanese(normalised) ? read_japanese_statement({}, normalised)
                                 : read_english_statement({}, normalised);
}

Statement read_statement(std::string_view subject, std::string_view proposition) {
  const std::string owner = text::normalise(bounded(subject)), said = text::normalise(bounded(proposition));
  return is_japanese(said) ? read_japanese_statement(owner, said) : read_english_statement(owner, said);
}

}  // namespace genkai::limits::reasoning
