#pragma once
// Names that nobody has, and the sentences of the probe of context in which they stand.
//
//   Names names(text::Language::english, base::Rng(1));
//   const std::string who = names.person(), where = names.town();    // "Mirena Solbeck", "Tarvik"
//   filled(wording_of(text::Language::english).birthplace, who, where);
//
// In the sentences S stands for the subject and V for the value, in braces. The English ones are those of the
// lab's worlds, so that a model that was trained on a world is asked in words that it knows.

#include <array>
#include <set>
#include <string>
#include <string_view>

#include "base/rng.h"
#include "text/text.h"

namespace genkai::limits::context::probe {

/// Draws; never the same name twice.
class Names {
 public:
  Names(text::Language language, base::Rng rng)
      : japanese_(language == text::Language::japanese), rng_(rng) {}
  std::string person();
  std::string town();
  std::string company();
  std::string book();
  std::string word();  // Latin letters, in both languages
  /// A person whose given or family name is that of `other`.
  std::string namesake(const std::string& other);

 private:
  std::string stem(std::size_t syllables);
  std::string kanji(std::size_t count);
  std::string family(std::size_t tries), given(std::size_t tries);
  template <class Draw>
  std::string fresh(Draw&& draw);

  bool japanese_;
  base::Rng rng_;
  std::set<std::string> taken_;
};

constexpr std::size_t kOccupations = 8;

/// Statements and questions of each kind of fact.
struct Wording {
  std::string_view birthplace, occupation, home, employer, author, founded, inhabitants, published, office,
      house, code, set_to, copied;
  std::string_view ask_birthplace, ask_houses, ask_code, ask_variable, ask_occupation_count, ask_most_common,
      ask_author_birthplace;
  std::array<std::string_view, kOccupations> occupations;
  // What a model that follows instructions is told; {K} is the line around the text.
  std::string_view instructions, blind_instructions, question;
};
const Wording& wording_of(text::Language language);

std::string filled(std::string_view pattern, std::string_view subject, std::string_view value = {});

}  // namespace genkai::limits::context::probe
