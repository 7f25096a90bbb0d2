#include "cases.h"

#include <algorithm>
#include <map>

#include "base/hash.h"
#include "base/json.h"
#include "text/text.h"
#include "text/utf8.h"

namespace genkai::tools {
namespace {

using base::Json;

std::size_t byte_offset(std::string_view utf8, std::size_t code_points) {
  return text::prefix(utf8, code_points).size();
}

std::vector<std::string> answer_tokens(std::string_view utf8) {
  std::vector<std::string> tokens;
  const std::string folded = comparable(utf8);
  std::string word;
  const auto flush = [&] {
    if (!word.empty() && word != "the" && word != "a" && word != "an") tokens.push_back(word);
    word.clear();
  };
  for (std::size_t at = 0; at < folded.size();) {
    const auto c = text::code_point_at(folded, at);
    if (text::is_japanese_letter(c.value)) {
      flush();
      tokens.emplace_back(folded.substr(at, c.length));
    } else if (c.value >= 0xC0 || text::is_ascii_letter(c.value) || text::is_ascii_digit(c.value)) {
      if (c.value < 0x2000 || c.value > 0x303F) word.append(folded, at, c.length);
    } else {
      flush();
    }
    at += c.length;
  }
  flush();
  return tokens;
}

}  // namespace

bool answerable(Kind kind) {
  return kind == Kind::everything || kind == Kind::own_article || kind == Kind::crowded;
}

base::Status load_squad(const base::Path& folder, std::string_view set, LabelledData& data) {
  std::vector<base::Path> files;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(folder, error))
    if (entry.path().extension() == ".json") files.push_back(entry.path());
  std::sort(files.begin(), files.end());
  if (files.empty())
    return base::fail(base::Code::not_found, "no *.json in " + folder.string(),
                      "set GENKAI_DATA to the data folder");
  std::map<std::string, std::size_t> articles;
  for (const auto& file : files) {
    GENKAI_ASSIGN_OR_RETURN(const std::string text, base::read_file(file));
    GENKAI_ASSIGN_OR_RETURN(const Json json, Json::parse(text));
    const Json* items = json.find("data");
    if (!items) return base::fail(base::Code::invalid_argument, file.string() + " is not in SQuAD format");
    for (const Json& article : items->items()) {
      std::string title = article.string("title");
      std::replace(title.begin(), title.end(), '_', ' ');
      const auto [place, fresh] = articles.try_emplace(title, data.articles);
      if (fresh) ++data.articles;
      for (const Json& paragraph : article.find("paragraphs")->items()) {
        Context context{paragraph.string("context"), title, place->second};
        for (const Json& item : paragraph.find("qas")->items()) {
          LabelledQuestion question;
          question.id = item.string("id");
          question.text = item.string("question");
          question.set = set;
          question.context = data.contexts.size();
          question.article = place->second;
          question.part = static_cast<unsigned>(base::hash64(title, 2026) % 4);  // as bench/squad.cc
          question.half = static_cast<unsigned>(base::hash64(title, 7) % 2);
          for (const Json& answer : item.find("answers")->items()) {
            if (question.answers.empty())
              question.answer_begin =
                  byte_offset(context.text, static_cast<std::size_t>(answer.number("answer_start")));
            question.answers.push_back(answer.string("text"));
          }
          if (!question.answers.empty() && !question.text.empty())
            data.questions.push_back(std::move(question));
        }
        data.contexts.push_back(std::move(context));
      }
    }
  }
  return {};
}

base::Status load_distractors(const base::Path& file, LabelledData& data) {
  GENKAI_ASSIGN_OR_RETURN(const std::string text, base::read_file(file));
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    GENKAI_ASSIGN_OR_RETURN(const Json line, Json::parse(std::string_view(text).substr(at, end - at)));
    data.contexts.push_back({line.string("text"), line.string("title"), data.articles});
    at = end + 1;
  }
  ++data.articles;
  return {};
}

std::string comparable(std::string_view utf8) {
  std::string out;
  for (const char c : text::normalise(utf8)) {
    if (c == ' ' || c == '\n' || c == '\t') {
      if (!out.empty() && out.back() != ' ') out += ' ';
    } else {
      out += c;
    }
  }
  return out;
}

bool contains_answer(std::string_view quote, const LabelledQuestion& question) {
  const std::string folded = comparable(quote);
  return std::any_of(question.answers.begin(), question.answers.end(), [&](const std::string& answer) {
    return folded.find(comparable(answer)) != std::string::npos;
  });
}

double best_f1(std::string_view span, const LabelledQuestion& question) {
  double best = 0;
  const auto own = answer_tokens(span);
  for (const std::string& answer : question.answers) {
    const auto gold = answer_tokens(answer);
    std::map<std::string, int> counts;
    for (const auto& token : gold) ++counts[token];
    double common = 0;
    for (const auto& token : own) common += counts[token]-- > 0 ? 1 : 0;
    if (common > 0) best = std::max(best, 2 * common / static_cast<double>(own.size() + gold.size()));
  }
  return best;
}

}  // namespace genkai::tools
