#include "text/question.h"
#include "text/utf8.h"

namespace genkai::text {

std::vector<TypedSpan> find_typed_spans(std::string_view sentence) {
  std::vector<TypedSpan> out;
  for (std::size_t at = 0; at < sentence.size();) {
    const std::size_t begin = at;
    const auto byte = [&] { return static_cast<unsigned char>(sentence[at]); };
    if (is_ascii_digit(byte())) {
      while (at < sentence.size() && (is_ascii_digit(byte()) || byte() == ',')) ++at;
      const std::string value = normalise(sentence.substr(begin, at - begin));
      out.push_back({{begin, at}, value.size() == 4 ? AnswerType::date : AnswerType::number, value});
    } else if (is_ascii_upper(byte())) {
      while (at < sentence.size() && is_ascii_letter(byte())) ++at;
      out.push_back({{begin, at}, AnswerType::entity, normalise(sentence.substr(begin, at - begin))});
    } else {
      at += code_point_at(sentence, at).length;
    }
  }
  return out;
}

}  // namespace genkai::text
