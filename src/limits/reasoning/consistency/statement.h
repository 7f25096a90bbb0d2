#pragma once
// A sentence as one proposition about one subject, in a form in which sentences that say the same are equal.
//
//   read_statement("Poodles are not cats.")   // subject "poodle", predicate {"is", "cat"}, negated
//   read_statement("プードルは犬です。")         // subject "プードル", predicate {"is", "犬"}
//   read_statement("?x is part of ?y")        // words that begin with ? are variables (rules.h)
//
// Rules over words, no model. Honest limits: one clause, one subject; what is not recognised stays as it is
// and equals only the same words. Linear time.

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace genkai::limits::reasoning {

/// How the predicate's last part relates to the subject.
enum class Relation {
  other,    // no relation that is known here
  is,       // is-a, or a property: object {"dog"}, {"loyal"}
  part_of,  // is part of, Aの一部
  order,    // larger than, before: the smaller word was turned around, so that one direction is left
};

/// Of what the subject speaks.
enum class Scope {
  one,   // the dog, this dog, Rex
  kind,  // dogs, a dog, every dog
  some,  // some dogs, most dogs: inherits nothing
};

struct Statement {
  std::string subject;                 // canonical; empty where none was recognised
  std::vector<std::string> predicate;  // canonical words, the verb first; never empty
  std::size_t object = 0;              // where the object begins in the predicate; 0: not known
  Relation relation = Relation::other;
  Scope scope = Scope::one;
  bool negated = false;
  bool asserted = true;  // false for questions and what only may be so
  /// Subject and predicate in one; equal for statements that are the same but for negation.
  std::string key() const;
  std::string object_words() const;
};

std::string join(const std::vector<std::string>& words, std::size_t from = 0,
                 std::size_t to = static_cast<std::size_t>(-1));

/// English or Japanese, chosen by the script. At most the first 1,000 bytes are read.
Statement read_statement(std::string_view sentence);
/// The subject is given; `proposition` is what is said of it: "is a dog", "犬です".
Statement read_statement(std::string_view subject, std::string_view proposition);

/// The two halves of read_statement; both texts are normalised (text::normalise). An empty subject is looked
/// for.
Statement read_english_statement(std::string_view subject, std::string_view text);
Statement read_japanese_statement(std::string_view subject, std::string_view text);

/// English words in the form in which they are compared: "dogs" is "dog", "barks" is "bark", "were" is "was".
std::string canonical_english_word(const std::string& word);

}  // namespace genkai::limits::reasoning
