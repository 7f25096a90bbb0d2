#include "knowledge/store/ingest.h"

#include <algorithm>
#include <cstdio>
#include <map>
#include <set>

#include "base/clock.h"
#include "base/progress.h"
#include "knowledge/store/pipeline.h"
#include "knowledge/store/walk.h"

namespace genkai::knowledge {

using base::Code;
using base::Path;
using base::Result;
using base::Status;

namespace {

constexpr double kCommitMilliseconds = 10'000;

/// One file of the plan, with what the store knows of it.
struct PlannedFile {
  FoundFile found;
  KnownFile file;  // root and key under which it is stored
  std::string id;  // of its document
  bool known = false;
  std::string known_hash;
};

bool beneath(const Path& path, const Path& folder) {
  const auto [end, ignored] = std::mismatch(folder.begin(), folder.end(), path.begin(), path.end());
  return end == folder.end();
}

class Ingest {
 public:
  Ingest(KnowledgeBase& knowledge_base, const IngestOptions& options)
      : knowledge_base_(knowledge_base), options_(options) {}

  Result<IngestReport> path(const Path& path);
  Result<IngestReport> standard_input();

 private:
  Status plan(const std::vector<FoundFile>& found, const Path& root);
  Status remove_missing(const FoundFiles& found, const Path& root);
  Status read_files();
  Status take(const PlannedFile& planned, DocumentStream& stream, base::Progress& progress);
  Status add_batch(Batch& batch, const std::string& where, base::Progress& progress);
  Status commit_now_and_then();
  void note_end(const Status& status, const std::string& where, bool begun);
  std::shared_ptr<DocumentStream> start(Pipeline& pipeline, const PlannedFile& planned);
  Result<IngestReport> report();

  KnowledgeBase& knowledge_base_;
  const IngestOptions& options_;
  std::vector<KnownFile> known_;
  std::vector<PlannedFile> planned_;
  IngestReport report_;
  base::Stopwatch watch_;
  double committed_at_ = 0;
  std::uint64_t uncommitted_ = 0;
};

Result<IngestReport> Ingest::path(const Path& path) {
  std::error_code error;
  const Path whole = std::filesystem::canonical(path, error);
  if (error) return base::fail(base::system_error("cannot read " + path.string(), error.value()));
  GENKAI_ASSIGN_OR_RETURN(known_, knowledge_base_.known_files(""));
  if (!std::filesystem::is_directory(whole, error)) {
    if (!is_document(whole))
      return base::fail(Code::unsupported, path.string() + " is not a kind of document that is read",
                        "text, Markdown, HTML, PDF, JSONL, DOCX, EPUB and man pages are");
    GENKAI_ASSIGN_OR_RETURN(FoundFile file, inspect(whole, whole.filename().string()));
    GENKAI_RETURN_IF_ERROR(plan({std::move(file)}, whole.parent_path()));
  } else {
    GENKAI_ASSIGN_OR_RETURN(FoundFiles found, walk(whole, options_.follow_links));
    GENKAI_ASSIGN_OR_RETURN(const KnowledgeBaseInfo info, knowledge_base_.info());
    const Path own = std::filesystem::weakly_canonical(info.folder, error);
    if (!info.folder.empty() && beneath(own, whole))
      std::erase_if(found.files, [&](const FoundFile& file) { return beneath(file.path, own); });
    report_.skipped = found.skipped;
    if (found.files.empty()) {
      const std::string others = found.skipped.empty()
                                     ? "is empty"
                                     : "holds no document that can be read (" +
                                           std::to_string(found.skipped.size()) + " other entries)";
      return base::fail(Code::invalid_argument, "the folder " + path.string() + " " + others,
                        "name a folder with text, Markdown, HTML, PDF, JSONL, DOCX, EPUB or man pages");
    }
    GENKAI_RETURN_IF_ERROR(plan(found.files, whole));
    if (!options_.keep_missing) GENKAI_RETURN_IF_ERROR(remove_missing(found, whole));
  }
  GENKAI_RETURN_IF_ERROR(read_files());
  return report();
}

Status Ingest::plan(const std::vector<FoundFile>& found, const Path& root) {
  std::map<Path, const KnownFile*> by_path;
  std::map<std::string, std::string> owner;  // the root whose file has the key as its document's id
  for (const KnownFile& file : known_) {
    by_path.emplace(Path(file.root) / file.key, &file);
    owner.emplace(file.key, file.root);
  }
  for (const FoundFile& file : found) {
    PlannedFile planned;
    planned.found = file;
    planned.file.root = root.string();
    planned.file.key = file.key;
    if (const auto known = by_path.find(file.path); known != by_path.end()) {
      const KnownFile& stored = *known->second;
      planned.file.root = stored.root;
      planned.file.key = stored.key;
      planned.known = !stored.content_hash.empty();
      planned.known_hash = stored.content_hash;
      if (planned.known && stored.bytes == file.bytes && stored.modified_ns == file.modified_ns) {
        ++report_.files_unchanged;
        continue;
      }
    }
    planned.file.bytes = file.bytes;
    planned.file.modified_ns = file.modified_ns;
    const bool first = owner.emplace(planned.file.key, planned.file.root).first->second == planned.file.root;
    planned.id =
        first ? planned.file.key : Path(planned.file.root).filename().string() + "/" + planned.file.key;
    planned_.push_back(std::move(planned));
  }
  return {};
}

Status Ingest::remove_missing(const FoundFiles& found, const Path& root) {
  std::set<Path> there;
  for (const FoundFile& file : found.files) there.insert(file.path);
  for (const KnownFile& file : known_) {
    const Path path = Path(file.root) / file.key;
    if (!beneath(path, root) || there.contains(path)) continue;
    const bool unknown = std::any_of(found.unreadable.begin(), found.unreadable.end(),
                                     [&](const Path& folder) { return beneath(path, folder); });
    if (unknown) continue;
    GENKAI_RETURN_IF_ERROR(knowledge_base_.remove_file(file.root, file.key));
    ++report_.files_removed;
  }
  return {};
}

std::shared_ptr<DocumentStream> Ingest::start(Pipeline& pipeline, const PlannedFile& planned) {
  return pipeline.start([this, &planned](DocumentStream& stream, const DocumentSink& sink) -> Status {
    GENKAI_ASSIGN_OR_RETURN(stream.content_hash, hash_file(planned.found.path));
    stream.same_content = planned.known && stream.content_hash == planned.known_hash;
    if (stream.same_content) return {};
    return parse_file(planned.found.path, planned.id, options_.limits, sink);
  });
}

Status Ingest::read_files() {
  base::Progress progress("ingest", planned_.size(), options_.progress);
  Pipeline pipeline(knowledge_base_, options_.threads, options_.cancellation);
  const std::size_t ahead = 4 * pipeline.threads();
  std::deque<std::shared_ptr<DocumentStream>> streams;
  std::size_t started = 0;
  for (const PlannedFile& planned : planned_) {
    while (started < planned_.size() && streams.size() < ahead)
      streams.push_back(start(pipeline, planned_[started++]));
    const auto stream = std::move(streams.front());
    streams.pop_front();
    GENKAI_RETURN_IF_ERROR(take(planned, *stream, progress));
    if (report_.interrupted) break;
    progress.advance(1, planned.found.key);
  }
  return {};
}

Status Ingest::take(const PlannedFile& planned, DocumentStream& stream, base::Progress& progress) {
  const std::string& where = planned.found.key;
  bool begun = false;
  KnownFile file = planned.file;
  while (auto batch = stream.next()) {
    if (!batch->status) return batch->status;
    if (!begun) {
      file.content_hash = stream.content_hash;
      GENKAI_RETURN_IF_ERROR(knowledge_base_.begin_file(file));
    }
    begun = true;
    GENKAI_RETURN_IF_ERROR(add_batch(*batch, where, progress));
  }
  note_end(stream.status(), where, begun);
  if (!stream.status()) return {};
  file.content_hash = stream.content_hash;
  if (stream.same_content) {
    ++report_.files_unchanged;
    return knowledge_base_.touch_file(file);
  }
  if (!begun) {
    GENKAI_RETURN_IF_ERROR(knowledge_base_.begin_file(file));
    report_.warnings.push_back({where, "no text in it"});
  }
  GENKAI_RETURN_IF_ERROR(knowledge_base_.end_file());
  ++(planned.known ? report_.files_changed : report_.files_new);
  report_.bytes += planned.found.bytes;
  return commit_now_and_then();
}

void Ingest::note_end(const Status& status, const std::string& where, bool begun) {
  if (status) return;
  if (status.error().code == Code::cancelled && options_.cancellation.cancelled()) {
    report_.interrupted = true;
  } else if (begun) {
    report_.warnings.push_back({where, "read in part: " + status.error().message});
  } else {
    report_.skipped.push_back({where, status.error().message});
  }
}

Status Ingest::add_batch(Batch& batch, const std::string& where, base::Progress& progress) {
  for (std::size_t i = 0; i < batch.prepared.size(); ++i) {
    ParsedDocument& parsed = batch.parsed[i];
    PreparedDocument& prepared = batch.prepared[i];
    for (std::string& warning : parsed.warnings) report_.warnings.push_back({where, std::move(warning)});
    const std::string id = prepared.info.id;
    std::uint64_t passages = 0;
    const auto count = [&](const PreparedDocument& document) {
      for (const PreparedSection& section : document.sections) passages += section.passages.size();
    };
    count(prepared);
    GENKAI_ASSIGN_OR_RETURN(Added added, knowledge_base_.add_prepared(std::move(prepared)));
    if (added == Added::needed) {
      text::Analyzer analyzer;
      GENKAI_ASSIGN_OR_RETURN(PreparedDocument again, prepare(parsed, analyzer, knowledge_base_.embedder()));
      count(again);
      GENKAI_ASSIGN_OR_RETURN(added, knowledge_base_.add_prepared(std::move(again)));
    }
    if (added == Added::duplicate)
      report_.warnings.push_back({where, "the document " + id + " comes twice; the later one is kept"});
    ++report_.documents;
    report_.passages += passages;
    uncommitted_ += passages;
  }
  progress.advance(0, where + ", " + std::to_string(report_.passages) + " passages");
  return commit_now_and_then();
}

Status Ingest::commit_now_and_then() {
  const double now = watch_.milliseconds();
  if (uncommitted_ < options_.commit_passages && now - committed_at_ < kCommitMilliseconds) return {};
  GENKAI_RETURN_IF_ERROR(knowledge_base_.commit());
  committed_at_ = watch_.milliseconds();
  uncommitted_ = 0;
  return {};
}

Result<IngestReport> Ingest::report() {
  GENKAI_RETURN_IF_ERROR(knowledge_base_.commit());
  report_.seconds = watch_.milliseconds() / 1000;
  return std::move(report_);
}

/// Lines of a stream, none held that is longer than `limit`.
class LineReader {
 public:
  LineReader(std::FILE* file, std::size_t limit)
      : file_(file), limit_(limit), piece_(std::size_t{1} << 18, '\0') {}
  /// False at the end. `too_long`: the line was left out.
  bool next(std::string& line, bool& too_long) {
    line.clear();
    too_long = false;
    for (bool any = false;; any = true) {
      if (position_ == filled_) {
        position_ = 0;
        filled_ = std::fread(piece_.data(), 1, piece_.size(), file_);
        if (filled_ == 0) return any;
      }
      const std::string_view rest(piece_.data() + position_, filled_ - position_);
      const std::size_t end = rest.find('\n');
      const std::size_t take = std::min(end, rest.size());
      if (line.size() + take > limit_) too_long = true;
      if (too_long) line.clear();
      if (!too_long) line.append(rest.substr(0, take));
      position_ += end == std::string_view::npos ? take : take + 1;
      if (end != std::string_view::npos) return true;
    }
  }

 private:
  std::FILE* file_;
  std::size_t limit_;
  std::string piece_;
  std::size_t position_ = 0, filled_ = 0;
};

Result<IngestReport> Ingest::standard_input() {
  const std::string where = "standard input";
  std::vector<std::string> unread;  // by the producer; read after its end
  base::Progress progress("ingest", 0, options_.progress);
  {
    Pipeline pipeline(knowledge_base_, options_.threads, options_.cancellation);
    const auto stream = pipeline.start([&](DocumentStream&, const DocumentSink& sink) -> Status {
      LineReader lines(stdin, options_.limits.line_bytes);
      std::string line;
      bool too_long = false;
      Status sunk;
      for (std::uint32_t number = 1; lines.next(line, too_long); ++number) {
        const std::string name = "line " + std::to_string(number);
        if (too_long) unread.push_back(name + " is longer than the limit");
        if (too_long || line.find_first_not_of(" \t\r") == std::string::npos) continue;
        const auto status = parse_bytes(line, "-.jsonl", "standard input, " + name, options_.limits,
                                        [&](ParsedDocument document) -> Status {
                                          for (Block& block : document.blocks) block.line = number;
                                          sunk = sink(std::move(document));
                                          return sunk;
                                        });
        GENKAI_RETURN_IF_ERROR(sunk);
        if (!status) unread.push_back(name + ": " + status.error().message);
      }
      return {};
    });
    while (auto batch = stream->next()) {
      if (!batch->status) return base::fail(batch->status.error());
      GENKAI_RETURN_IF_ERROR(add_batch(*batch, where, progress));
    }
    note_end(stream->status(), where, true);
  }
  for (std::string& reason : unread) report_.warnings.push_back({where, std::move(reason)});
  if (report_.documents == 0 && !report_.interrupted)
    return base::fail(Code::invalid_argument, "no document came from standard input",
                      "write one JSON object a line, with \"id\" and \"text\"");
  return report();
}

}  // namespace

Result<IngestReport> ingest(KnowledgeBase& knowledge_base, const Path& path, const IngestOptions& options) {
  Ingest ingest(knowledge_base, options);
  return path == "-" ? ingest.standard_input() : ingest.path(path);
}

}  // namespace genkai::knowledge
