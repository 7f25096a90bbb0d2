// Sorting words by their letters: each letter, each group, each merge, and the answer.

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <string>

#include "limits/reasoning/steps/checker.h"
#include "limits/reasoning/steps/sorting_text.h"

namespace genkai::limits::reasoning::steps {
namespace {

using Groups = std::vector<WordGroup>;

std::multiset<std::string> set_of(const std::vector<std::string>& words) {
  return {words.begin(), words.end()};
}
std::multiset<std::string> words_in(const Groups& groups) {
  std::multiset<std::string> out;
  for (const WordGroup& group : groups) out.insert(group.words.begin(), group.words.end());
  return out;
}
std::string in_quotes(const std::string& word) {
  return "\"" + word + "\"";
}

bool is_letter(const std::string& text) {
  return text.size() == 1 && text[0] >= 'a' && text[0] <= 'z';
}

class WordSorting {
 public:
  WordSorting(const Chain& chain, Claims& claims) : chain_(chain), claims_(claims) {}

  void run() {
    for (step_ = 0; step_ < chain_.steps.size(); ++step_) {
      text_ = chain_.steps[step_];
      const std::size_t have = text_.find("now have:"), answer = text_.find("answer is");
      if (text_.find("letter") != text_.npos && !read_letters(text_).empty())
        letters();
      else if (have != text_.npos)
        groups(text_.substr(have + 9));
      else if (answer != text_.npos)
        answered(text_.substr(answer + 9));
    }
  }

 private:
  void wrong(std::string english, std::string japanese) {
    claims_.contradicted(step_, Kind::sorting, text_, chain_.say(std::move(english), std::move(japanese)));
  }
  void right() { claims_.supported(step_, Kind::sorting, text_); }

  // The first group whose order is open.
  Groups::iterator open_group() {
    return std::find_if(state_.begin(), state_.end(),
                        [](const WordGroup& group) { return group.words.size() > 1; });
  }

  void letters() {
    const std::size_t place = place_named(text_);
    const auto found = read_letters(text_);
    keys_.clear();
    std::multiset<std::string> words;
    for (const WordLetter& one : found) {
      keys_.emplace(one.word, one.letter);
      words.insert(one.word);
    }
    if (place == 0) return;
    if (const std::size_t list = text_.find('['); list != text_.npos && !state_.empty()) {
      const auto open = open_group();
      const auto named = read_groups(text_.substr(list, text_.find(']') - list + 1));
      if (open == state_.end()) return wrong("no group is left to sort", "並べ替える組は残っていません");
      if (!named || named->size() != 1 || set_of(named->front().words) != set_of(open->words))
        return wrong("the first group whose order is open begins with " + in_quotes(open->words.front()),
                     "順序が決まっていない最初の組は " + in_quotes(open->words.front()) + " で始まります");
      if (words != set_of(open->words))
        return wrong("the letters are not those of the words of the group",
                     "組の単語と文字が対応していません");
      for (const std::string& word : open->words)
        if (word.compare(0, place - 1, open->words.front(), 0, place - 1) != 0)
          return wrong("the words of the group differ before that letter",
                       "その文字より前で単語が異なります");
    }
    for (const WordLetter& one : found) {
      const std::string due = place <= one.word.size() ? one.word.substr(place - 1, 1) : std::string();
      if (due.empty() && !is_letter(one.letter)) {
        keys_[one.word].clear();  // "none": the word has ended, and comes first
        continue;
      }
      if (one.letter != due)
        return wrong("that letter of " + in_quotes(one.word) + " is " + in_quotes(due) + ", not " +
                         in_quotes(one.letter),
                     in_quotes(one.word) + " のその文字は " + in_quotes(one.letter) + " ではなく " +
                         in_quotes(due) + " です");
      if (one.number && is_letter(due) && *one.number != static_cast<std::size_t>(due[0] - 'a') + 1)
        claims_.inconsistent(
            step_, Kind::sorting, text_,
            chain_.say(
                in_quotes(due) + " is letter " + std::to_string(due[0] - 'a' + 1) + " of the alphabet",
                in_quotes(due) + " はアルファベットの " + std::to_string(due[0] - 'a' + 1) + " 番目です"));
    }
    right();
  }

  void groups(std::string_view rest) {
    const std::size_t subpart = rest.find("for the subpart"), hence = rest.find("we have");
    const auto part = read_groups(rest.substr(0, subpart));
    if (!part || keys_.empty()) return;
    const bool holds = follows(*part);
    if (subpart == rest.npos) {
      if (holds) right();
      state_ = *part;
      return;
    }
    Groups merged = state_;
    const auto at = std::find_if(merged.begin(), merged.end(), [&](const WordGroup& group) {
      return group.words.size() > 1 && keys_.contains(group.words.front());
    });
    const bool known = at != merged.end();
    if (known) {
      const auto place = merged.erase(at);
      merged.insert(place, part->begin(), part->end());
    }
    const auto list = hence == rest.npos ? std::nullopt : read_groups(rest.substr(hence + 7));
    if (list && !state_.empty()) {
      if (holds && known) merged_as(merged, *list);
      state_ = *list;
      return;
    }
    if (holds) right();
    state_ = std::move(merged);
  }

  // The groups are those of the letters that the step before stated, in the order of these.
  bool follows(const Groups& part) {
    std::multiset<std::string> due;
    for (const auto& [word, letter] : keys_) due.insert(word);
    if (words_in(part) != due) {
      wrong("its words are not those whose letters were looked at", "文字を調べた単語と一致しません");
      return false;
    }
    std::optional<std::string> before;
    for (const WordGroup& group : part) {
      const std::string& letter = keys_[group.words.front()];
      for (const std::string& word : group.words)
        if (keys_[word] != letter) {
          wrong(in_quotes(word) + " and " + in_quotes(group.words.front()) + " have different letters",
                in_quotes(word) + " と " + in_quotes(group.words.front()) + " の文字は異なります");
          return false;
        }
      if (before && letter <= *before) {
        wrong(in_quotes(group.words.front()) + " does not come after what stands before it",
              in_quotes(group.words.front()) + " は前の語より後になりません");
        return false;
      }
      before = letter;
    }
    return true;
  }

  void merged_as(const Groups& due, const Groups& stated) {
    for (std::size_t i = 0; i < std::max(due.size(), stated.size()); ++i) {
      if (i < due.size() && i < stated.size() && set_of(due[i].words) == set_of(stated[i].words)) continue;
      const auto name = [&](const Groups& groups) {
        return i < groups.size() ? in_quotes(groups[i].words.front()) : chain_.say("nothing", "何もないもの");
      };
      return wrong("in place " + std::to_string(i + 1) + " of the list comes " + name(due) + ", not " +
                       name(stated) + ", or a group was opened or closed without its letters",
                   "リストの " + std::to_string(i + 1) + " 番目が前の手順から導けません");
    }
    right();
  }

  void answered(std::string_view rest) {
    const auto words = words_of(rest);
    std::vector<std::string> due, sorted = words_of(chain_.question);
    std::sort(sorted.begin(), sorted.end());
    for (const WordGroup& group : state_) due.insert(due.end(), group.words.begin(), group.words.end());
    const bool open = open_group() != state_.end();
    const bool follows = !state_.empty() && !open && words == due;
    if (!follows && words != sorted && !words.empty())
      claims_.contradicted(
          step_, Kind::final_answer, text_,
          chain_.say(open ? "the order of a group is still open" : "the answer is not the sorted list",
                     open ? "順序が決まっていない組が残っています" : "答えは並べ替えたリストと一致しません"));
    else
      claims_.supported(step_, Kind::final_answer, text_);
  }

  const Chain& chain_;
  Claims& claims_;
  std::size_t step_ = 0;
  std::string_view text_;
  Groups state_;
  std::map<std::string, std::string> keys_;  // letters that were stated last
};

}  // namespace

bool check_word_sorting(const Chain& chain, Claims& claims) {
  const bool sorting = std::any_of(chain.steps.begin(), chain.steps.end(), [](const std::string& step) {
    return place_named(step) > 0 && !read_letters(step).empty();
  });
  if (!sorting) return false;
  WordSorting(chain, claims).run();
  return true;
}

}  // namespace genkai::limits::reasoning::steps
