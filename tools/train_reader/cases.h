#pragma once
// Questions with known answers (SQuAD format) and the knowledge bases that they are asked against.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/file.h"
#include "base/result.h"

namespace genkai::tools {

struct Context {
  std::string text;
  std::string title;
  std::size_t article = 0;  // over all sets
};

struct LabelledQuestion {
  std::string id, text, set;
  std::size_t context = 0;  // where its answer stands
  std::size_t article = 0;
  unsigned part = 0;  // 0, 1 train, 2 calibrate, 3 report: of the article's title, never parted
  unsigned half = 0;  // 0 or 1, for fitting crosswise; also of the article's title
  std::vector<std::string> answers;  // never empty
  std::size_t answer_begin = 0;      // byte offset of the first answer in its context
};

struct LabelledData {
  std::vector<Context> contexts;
  std::vector<LabelledQuestion> questions;
  std::size_t articles = 0;
};

/// Every *.json of the folder, in SQuAD format, in the order of their names; appended to `data`.
base::Status load_squad(const base::Path& folder, std::string_view set, LabelledData& data);
/// {"title","text"} a line.
base::Status load_distractors(const base::Path& file, LabelledData& data);

/// What a question is asked against.
enum class Kind : unsigned {
  everything = 0,           // all contexts
  without_article = 1,      // all contexts but its article's: unanswerable
  own_article = 2,          // its article alone
  without_context = 3,      // all contexts but the one that answers: unanswerable, and near
  own_without_context = 4,  // its article without that context: unanswerable, and near
  crowded = 5,              // all contexts and the distractors
  crowded_without_article = 6,
};
constexpr unsigned kKinds = 7;
bool answerable(Kind kind);

/// NFKC, folded, white space single: the form in which answers are compared.
std::string comparable(std::string_view utf8);
bool contains_answer(std::string_view quote, const LabelledQuestion& question);
/// Largest F1 of tokens (words, or characters of Japanese) with any of the answers; 1 is an exact match of
/// the tokens.
double best_f1(std::string_view span, const LabelledQuestion& question);

}  // namespace genkai::tools
