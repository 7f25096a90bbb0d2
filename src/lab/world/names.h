#pragma once
// Names that nobody has: pronounceable, distinct, thousands by a seed.
//
//   Names names(text::Language::english, base::Rng(1));
//   GENKAI_ASSIGN_OR_RETURN(const Name person, names.next(Kind::person));   // "Mirena Solbeck"
//
// English names are made of syllables, and each kind has endings of its own. Japanese people have a family
// name and a given name of two characters each, places two and 町, with readings; so no name is a part of
// another.

#include <set>
#include <string>

#include "base/result.h"
#include "base/rng.h"
#include "lab/world/world.h"
#include "text/text.h"

namespace genkai::lab::world {

struct Name {
  std::string text, reading;
};

class Names {
 public:
  Names(text::Language language, base::Rng rng) : language_(language), rng_(rng) {}
  /// One that was not given before. Errors: resource_exhausted after 10,000 tries in vain.
  base::Result<Name> next(Kind kind);

 private:
  Name draw(Kind kind);
  Name english(Kind kind);
  Name japanese(Kind kind);
  text::Language language_;
  base::Rng rng_;
  std::set<std::string> taken_;
};

}  // namespace genkai::lab::world
