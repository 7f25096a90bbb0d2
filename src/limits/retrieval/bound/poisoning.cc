#include "limits/retrieval/bound/poisoning.h"

namespace genkai::limits::retrieval::bound {

base::Result<Robustness> robustness(const Votes& votes) {
  constexpr std::uint64_t kMost = std::uint64_t{1} << 53;
  const std::uint64_t capacity = votes.capacity.value_or(votes.listed);
  if (votes.answer > kMost || votes.other > kMost || votes.listed > kMost || capacity > kMost)
    return base::fail(base::Code::invalid_argument, "more than 2^53 passages");
  if (votes.answer + votes.other > votes.listed)
    return base::fail(base::Code::invalid_argument, "there are more votes than passages",
                      "give the number of all passages in the list, those that vote for nothing included");
  if (capacity < votes.listed)
    return base::fail(base::Code::invalid_argument, "the list holds more passages than it can",
                      "the capacity is at least the number of passages");
  Robustness out;
  out.lead = static_cast<std::int64_t>(votes.answer) - static_cast<std::int64_t>(votes.other);
  out.leads = out.lead > 0;
  if (out.leads) {
    const auto lead = static_cast<std::uint64_t>(out.lead);
    const std::uint64_t room = capacity - votes.listed;
    // Up to `room` each takes one of the lead, beyond it two.
    out.injected = lead - 1 <= room ? lead - 1 : room + (lead - room - 1) / 2;
    out.modified = (lead - 1) / 2;
  }
  out.grounds = {
      {{"The answer is the one with the most votes, each passage has at most one, and a tie counts as "
        "changed.",
        "最も多くの票を得た答えが選ばれ、一つの箇所は高々一票を持ち、同数は変わったものとみなします。"},
       {"A passage's vote depends on that passage alone: it was read by itself, not beside the others.",
        "箇所の票はその箇所だけで決まります。他の箇所と並べずに、単独で読まれたものです。"},
       {"An injected passage pushes others off the end of the list and does not change how they are ranked "
        "among themselves.",
        "注入された箇所は他を末尾から押し出しますが、他の箇所どうしの順位は変えません。"},
       {"Each passage that is injected or changed is counted: a document that gives several passages counts "
        "as several.",
        "注入または変更された箇所を一つずつ数えます。一つの文書が複数の箇所になれば、その数だけ数えます。"}},
      "voting by isolated passages, after Xiang et al. 2024, Certifiably robust RAG against retrieval "
      "corruption; Levine and Feizi 2021"};
  return out;
}

}  // namespace genkai::limits::retrieval::bound
