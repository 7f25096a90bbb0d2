#include "lab/experiment/shipped_wording.h"

#include <array>
#include <vector>

namespace genkai::lab::experiment {
namespace {

using List = std::vector<std::string_view>;
struct Wordings {
  List plain, since, between, ask, back, in;
};

const std::array<Wordings, world::kRelations>& wordings() {
  static const std::array<Wordings, world::kRelations> all{{
      {{"{S} came into the world in {V}.", "{V} is the birthplace of {S}.", "{S} is a native of {V}.",
        "{S} comes from {V}."},
       {},
       {},
       {"Where did {S} come into the world?", "Where does {S} come from?", "What town was {S} born in?"},
       {},
       {}},
      {{"The year of birth of {S} is {V}.", "The year {V} saw the birth of {S}.",
        "{S} has been alive since {V}."},
       {},
       {},
       {"What year was {S} born in?", "What is the year of birth of {S}?", "Since when has {S} been alive?"},
       {},
       {}},
      {{"{S} earns a living as a {V}.", "{S} is known as a {V}.", "The profession of {S} is that of a {V}."},
       {},
       {},
       {"What is {S}'s occupation?", "How does {S} earn a living?", "What is the job of {S}?",
        "What work does {S} do?"},
       {},
       {}},
      {{"{S} is at home in {V}.", "{S} has settled in {V}.", "{V} is where {S} lives.",
        "{S} resides in {V}."},
       {"{S} moved to {V} in {A} and still lives there.", "{S} has been at home in {V} since {A}."},
       {"{S} was at home in {V} from {A} to {B}.", "Between {A} and {B}, {V} was where {S} lived."},
       {"Where does {S} reside?", "In what town is {S} at home?", "What town does {S} live in?"},
       {},
       {"Where was {S} at home in {Y}?", "What town did {S} live in during {Y}?"}},
      {{"{S} has a job at {V}.", "{V} employs {S}.", "{S} is on the staff of {V}."},
       {"{S} joined {V} in {A} and still works there.", "{S} has had a job at {V} since {A}."},
       {"{S} had a job at {V} from {A} to {B}.", "Between {A} and {B}, {V} employed {S}."},
       {"Who employs {S}?", "Where does {S} work?", "At which company does {S} have a job?"},
       {},
       {"Who employed {S} in {Y}?", "Where did {S} work in {Y}?"}},
      {{"{S} is governed by its mayor {V}.", "As mayor, {V} governs {S}.", "In {S}, {V} is mayor."},
       {"{V} became mayor of {S} in {A} and still is.", "Since {A}, {V} has governed {S} as mayor."},
       {"{V} served as mayor of {S} from {A} to {B}.", "Between {A} and {B}, {V} governed {S} as mayor."},
       {"What is the name of the mayor of {S}?", "Who governs {S} as mayor?", "Who is {S}'s mayor?"},
       {"Where is {V} mayor?", "Which town is governed by {V}?"},
       {"Who served as mayor of {S} in {Y}?", "Who governed {S} as mayor in {Y}?"}},
      {{"{S} is home to {V} people.", "In {S} there are {V} inhabitants.", "{S} counts {V} inhabitants."},
       {},
       {},
       {"How large is the population of {S}?", "How many people are there in {S}?",
        "What number of inhabitants does {S} have?"},
       {},
       {}},
      {{"{S} has existed since {V}.", "{S} opened for business in {V}.", "The founding year of {S} is {V}.",
        "The history of {S} began in {V}."},
       {},
       {},
       {"Since when has {S} existed?", "What year was {S} founded in?", "What is the founding year of {S}?",
        "When did {S} open for business?"},
       {},
       {}},
      {{"{S} is run from {V}.", "{V} is the seat of {S}.", "The headquarters of {S} are in {V}."},
       {},
       {},
       {"Where are the headquarters of {S}?", "From which town is {S} run?",
        "Which town is the seat of {S}?"},
       {},
       {}},
      {{"{V} directs {S}.", "{V} runs {S} as director.", "As director, {V} heads {S}."},
       {"{V} became director of {S} in {A} and still is.", "Since {A}, {V} has headed {S} as director."},
       {"{V} served as director of {S} from {A} to {B}.", "Between {A} and {B}, {V} headed {S} as director."},
       {"Who directs {S}?", "What is the name of the director of {S}?", "Who heads {S}?"},
       {"What company does {V} direct?", "Which company is headed by {V}?"},
       {"Who served as director of {S} in {Y}?", "Who headed {S} in {Y}?"}},
      {{"{V} wrote {S}.", "{V} is the author of {S}.", "{S} is a book by {V}."},
       {},
       {},
       {"Who is the book {S} by?", "What is the name of the author of {S}?", "Which writer wrote {S}?"},
       {"What is the title of the book by {V}?", "Of which book is {V} the author?"},
       {}},
      {{"{S} appeared in {V}.", "{S} was first printed in {V}.", "The year of publication of {S} is {V}."},
       {},
       {},
       {"When did {S} appear?", "What year was {S} published in?", "When was {S} first printed?"},
       {},
       {}},
  }};
  return all;
}

struct Unseen {
  std::string_view plain, since, between, ask;
};
constexpr Unseen kUnseen[world::kRelations] = {
    {"The town where {S} came into the world is {V}.", "", "", "What is the town where {S} was born?"},
    {"{V} is the year in which {S} was born.", "", "", "Which year saw the birth of {S}?"},
    {"The job of {S} is that of a {V}.", "", "", "As what does {S} earn a living?"},
    {"The home of {S} is now in {V}.", "{S} has had a home in {V} since {A}.",
     "{S} had a home in {V} from {A} to {B}.", "Which town is the home of {S}?"},
    {"The company where {S} works is {V}.", "Since {A}, {S} has been on the staff of {V}.",
     "{S} was on the staff of {V} from {A} to {B}.", "Which company has {S} on its staff?"},
    {"The town {S} has {V} as its mayor.", "{V} has been in {S} as its mayor since {A}.",
     "{V} was in {S} as its mayor from {A} to {B}.", "By which mayor is {S} governed?"},
    {"{V} people have a home in {S}.", "", "", "How many people have a home in {S}?"},
    {"{V} is the year in which {S} was founded.", "", "", "In what year did the history of {S} begin?"},
    {"The town from which {S} is run is {V}.", "", "", "In what town is the seat of {S}?"},
    {"The company {S} has {V} as its director.", "{V} has been director at {S} since {A}.",
     "{V} was director at {S} from {A} to {B}.", "By which director is {S} headed?"},
    {"The writer of {S} is {V}.", "", "", "By which author is {S}?"},
    {"{V} is the year in which {S} appeared.", "", "", "In what year was {S} printed?"},
};

const Wordings& of(world::Relation relation) {
  return wordings()[static_cast<std::size_t>(relation)];
}

}  // namespace

std::span<const std::string_view> more_statements(const world::Fact& fact) {
  const Wordings& all = of(fact.relation);
  return !fact.timed() ? all.plain : fact.until == 0 ? all.since : all.between;
}
std::span<const std::string_view> more_questions(world::Relation relation) {
  return of(relation).ask;
}
std::span<const std::string_view> more_back_questions(world::Relation relation) {
  return of(relation).back;
}
std::span<const std::string_view> more_year_questions(world::Relation relation) {
  return of(relation).in;
}

std::string_view unseen_statement(const world::Fact& fact) {
  const Unseen& own = kUnseen[static_cast<std::size_t>(fact.relation)];
  return !fact.timed() ? own.plain : fact.until == 0 ? own.since : own.between;
}
std::string_view unseen_question(world::Relation relation) {
  return kUnseen[static_cast<std::size_t>(relation)].ask;
}

std::string fill(const world::World& world, const world::Fact& fact, std::string_view wording, int year) {
  std::string out;
  for (std::size_t i = 0; i < wording.size(); ++i) {
    if (wording[i] != '{') {
      out += wording[i];
      continue;
    }
    switch (wording[i + 1]) {
      case 'S':
        out += world.entities()[fact.subject].name;
        break;
      case 'V':
        if (out.ends_with(" a ") &&
            std::string_view("aeiou").find(fact.value.front()) != std::string_view::npos)
          out.back() = 'n', out += ' ';
        out += fact.value;
        break;
      case 'A':
        out += std::to_string(fact.from);
        break;
      case 'B':
        out += std::to_string(fact.until);
        break;
      default:
        out += std::to_string(year);
        break;
    }
    i += 2;
  }
  return out;
}

}  // namespace genkai::lab::experiment
