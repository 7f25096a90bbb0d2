#include "app/probe_run.h"

#include <CLI/CLI.hpp>

#include <cstdio>
#include <optional>

#include "app/print.h"
#include "base/async.h"
#include "base/cancellation.h"
#include "base/file.h"
#include "base/progress.h"

namespace genkai::app {
namespace {

// Appends whole lines, each of them on the disk's way before the next request.
class Recorder {
 public:
  explicit Recorder(std::string path) : path_(std::move(path)) {}
  Recorder(const Recorder&) = delete;
  Recorder& operator=(const Recorder&) = delete;
  ~Recorder() {
    if (file_) std::fclose(file_);
  }
  base::Status open(bool torn) {
    if (path_.empty()) return {};
    file_ = std::fopen(path_.c_str(), "ab");
    if (!file_) return base::fail(base::system_error(path_, errno));
    return torn ? write("\n") : base::Status();
  }
  base::Status write(const std::string& line) {
    if (!file_) return {};
    if (std::fwrite(line.data(), 1, line.size(), file_) != line.size() || std::fflush(file_) != 0)
      return base::fail(base::system_error(path_, errno));
    return {};
  }

 private:
  std::string path_;
  std::FILE* file_ = nullptr;
};

base::Error interrupted(const ProbeAsking& asking, std::size_t replies) {
  const bool japanese = asking.language == text::Language::japanese;
  const std::string count = std::to_string(replies);
  if (asking.record.empty())
    return {base::Code::cancelled,
            japanese ? "中断しました。" + count + "件の返答は残っていません。"
                     : "interrupted; the " + count + " replies are lost",
            japanese ? "--record FILE を付けると続きから再開できます。" : "with --record FILE it can go on"};
  return {base::Code::cancelled,
          japanese ? "中断しました。" + count + "件の返答が" + printable(asking.record) + "にあります。"
                   : "interrupted; " + count + " replies are in " + printable(asking.record),
          japanese ? "同じ指定でもう一度実行すると続きから再開します。" : "run the same again to go on"};
}

}  // namespace

base::Result<model::asking::Asked> ask_and_record(const ChosenModel& model,
                                                  const std::vector<model::asking::Ask>& plan,
                                                  model::asking::Replies& replies,
                                                  const model::asking::AskSettings& settings,
                                                  const ProbeAsking& asking) {
  bool torn = false;
  if (!asking.record.empty()) {
    const auto earlier = base::read_file(asking.record);
    if (!earlier && earlier.error().code != base::Code::not_found) return base::fail(earlier.error());
    if (earlier) {
      replies.read(*earlier);
      torn = !earlier->empty() && earlier->back() != '\n';
    }
    if (replies.malformed() > 0)
      std::fprintf(stderr, "genkai: %s: %zu malformed lines are left out\n", printable(asking.record).c_str(),
                   replies.malformed());
  }
  const auto before = model::asking::estimate(plan, replies);
  std::fprintf(
      stderr, "%s\n",
      estimate_in_words(before, asking.prices, "replies are recorded already", asking.language).c_str());
  Recorder recorder(asking.record);
  GENKAI_RETURN_IF_ERROR(recorder.open(torn));

  std::optional<base::Progress> progress;
  progress.emplace("probe", before.calls + before.known);
  const auto on_reply = [&](const model::asking::Reply& reply) {
    return recorder.write(replies.line(reply));
  };
  const auto on_step = [&] { progress->advance(1, {}); };
  auto asked = base::run_blocking(model::asking::ask_all(*model.model, plan, replies, settings, on_reply,
                                                         on_step, base::cancel_on_signals()));
  progress.reset();
  if (asked && !asked->interrupted) base::end_on_signals();  // what is left takes no time
  model.remember();
  if (!asked) {
    base::Error error = std::move(asked).error();
    if (!asking.record.empty() && replies.size() > 0)
      error.hint += (error.hint.empty() ? "" : "; ") + std::to_string(replies.size()) + " replies are in " +
                    asking.record + ", and the same command goes on from there";
    return base::fail(std::move(error));
  }
  if (asked->interrupted) return base::fail(interrupted(asking, replies.size()));
  if (replies.size() == 0)
    return base::fail(base::Code::unavailable, "no question got a reply: " + asked->first_failure);
  if (asked->failed > 0)
    std::fprintf(stderr, "genkai: %zu questions got no reply: %s\n", asked->failed,
                 printable(asked->first_failure).c_str());
  price(asked->usage, asking.prices);
  return std::move(*asked);
}

base::Status print_all(const std::string& text) {
  if (std::fputs(text.c_str(), stdout) == EOF || std::fflush(stdout) != 0)
    return base::fail(base::Code::resource_exhausted, "cannot write to standard output");
  return {};
}

base::Status hand_over(const ProbeResult& where, const base::Json& json, const ProbePage& page,
                       const std::vector<ProbeSection>& sections) {
  if (!where.save.empty()) {
    GENKAI_RETURN_IF_ERROR(base::create_folders(where.save.parent_path()));
    GENKAI_RETURN_IF_ERROR(base::write_file_atomically(where.save, json.dump() + "\n"));
    std::fprintf(stderr, "%s\n", printable(where.save.string()).c_str());
  }
  if (!where.report.empty())
    GENKAI_RETURN_IF_ERROR(
        base::write_file_atomically(where.report, render_html(page, sections, where.language)));
  return print_all(where.json ? json.dump() + "\n" : render_text(page, sections));
}

void add_asking_options(CLI::App& verb, ProbeAsking& asking) {
  verb.add_option("--record", asking.record,
                  "Append each reply to this file; what is in it is not asked again")
      ->type_name("FILE");
  add_price_options(verb, asking.prices);
}

}  // namespace genkai::app
