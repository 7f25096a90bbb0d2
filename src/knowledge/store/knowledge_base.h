#pragma once
// One knowledge base: a folder whose meta.db (SQLite, WAL) is the one source of truth; everything else in it
// can be rebuilt from that file. One writer process at a time, any number of readers in any process.
//
//   auto kb = KnowledgeBase::open(folder, {.create = true});
//   (*kb)->add(document);  ...  (*kb)->commit();
//   auto view = (*kb)->view();                       // a consistent snapshot for searching
//   auto hits = view->lexical().search(terms, 50, view->deleted());

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/cancellation.h"
#include "base/file.h"
#include "base/result.h"
#include "core/scored.h"
#include "knowledge/document/document.h"
#include "knowledge/lexical/lexical.h"
#include "knowledge/meaning/embedder.h"
#include "knowledge/vector/vector_index.h"

namespace genkai::knowledge {

struct PreparedDocument;  // knowledge/store/prepare.h

struct OpenOptions {
  bool create = false;
  bool read_only = false;                  // never takes the writer's lock
  bool in_memory = false;                  // no folder at all: for documents that come with a question
  std::size_t threads = 0;                 // for analysing while indexes are built anew; 0 is one a core
  std::size_t memtable_passages = 20'000;  // beyond it, the memtable becomes a segment
  std::size_t segment_passages = 131'072;  // of one segment written by bulk adding; merges make larger ones
  bool background_merges = true;
  std::shared_ptr<const Embedder> embedder;  // none: static_embedder()
};

struct KnowledgeBaseInfo {
  std::string name;
  base::Path folder;
  std::uint64_t documents = 0, sections = 0, passages = 0, deleted_passages = 0;
  std::uint64_t meta_bytes = 0, lexical_bytes = 0, vector_bytes = 0;
  std::size_t lexical_segments = 0, vector_segments = 0, memtable_passages = 0;
  std::uint32_t analyzer_version = 0;
  std::string embedder;
  std::vector<std::pair<std::string, std::uint64_t>> languages;  // passages by language
};

/// One stored document. Its passages are the ids [first, first + passages), in reading order.
struct StoredDocument {
  core::DocumentInfo info;
  core::PassageId first = 0;
  std::uint32_t passages = 0;
};

/// Which documents to list, in the order of their ids.
struct DocumentQuery {
  std::string_view text =
      {};  // found in the id, title or source, ASCII letters in any case; empty: all of them
  std::uint64_t offset = 0;
  std::size_t limit = 50;
};

struct DocumentList {
  std::vector<StoredDocument> documents;
  std::uint64_t total = 0;  // that match, whatever offset and limit say
};

/// A consistent snapshot: what was committed when it was taken, minus what has been deleted since.
/// Thread-safe.
class KnowledgeView {
 public:
  virtual ~KnowledgeView() = default;
  virtual const LexicalIndex& lexical() const = 0;
  virtual const VectorIndex& vectors() const = 0;
  virtual const Embedder& embedder() const = 0;
  virtual const core::Deleted& deleted() const = 0;
  /// Passages by id, in the order asked; unknown and deleted ids are left out.
  virtual base::Result<std::vector<core::Passage>> passages(std::span<const core::PassageId> ids) const = 0;
  /// Where each passage's section lies, without reading text: {first, size} per id, {0, 0} when unknown.
  /// Fast.
  struct SectionRange {
    core::PassageId first = 0;
    std::uint32_t size = 0;
  };
  virtual std::vector<SectionRange> sections(std::span<const core::PassageId> ids) const = 0;
  virtual std::size_t passage_count() const = 0;
  /// Reads every row of the table of documents once or twice: about a second for a million of them.
  virtual base::Result<DocumentList> documents(const DocumentQuery& query) const = 0;
  /// not_found for an id that is not there.
  virtual base::Result<StoredDocument> document(std::string_view id) const = 0;
  /// What a model has written to find passages by (additions.h); nullptr without.
  virtual const KnowledgeView* additions() const { return nullptr; }
};

/// What the store knows of a file it has taken in, so that an unchanged one costs nothing the next time.
struct KnownFile {
  std::string key;   // path relative to the ingested folder
  std::string root;  // the ingested folder
  std::uint64_t bytes = 0;
  std::int64_t modified_ns = 0;
  std::string content_hash;  // empty when the file was begun and never ended
};

/// What became of an added document.
enum class Added {
  fresh,      // its id was not there
  replaced,   // it took the place of one from before
  unchanged,  // the same document was there already and stays
  duplicate,  // it took the place of one that the same file gave a moment ago
  needed,     // nothing: its sections were left out because holds() said so, but it is there no longer
};

class KnowledgeBase {
 public:
  /// A writer mends what is damaged: segments that fail their checksum, are missing or of another analyser or
  /// embedder are written anew from meta.db. A reader indexes such passages in its memory and warns. Without
  /// `create` a missing folder is not_found; a second writer is `unavailable`; a meta.db that SQLite cannot
  /// read is `corrupt`.
  static base::Result<std::unique_ptr<KnowledgeBase>> open(const base::Path& folder,
                                                           const OpenOptions& options);
  virtual ~KnowledgeBase() = default;

  /// Adds a document; one with the same id is replaced. Visible and durable after commit(). Thread-safe
  /// (serialised).
  virtual base::Status add(const ParsedDocument& document) = 0;
  /// The same for a document that worker threads have analysed (prepare()).
  virtual base::Result<Added> add_prepared(PreparedDocument document) = 0;
  /// True when a document of this id and PreparedDocument::hash is stored: then it need not be analysed.
  /// Thread-safe.
  virtual bool holds(std::string_view id, std::uint64_t hash) const = 0;
  virtual const Embedder& embedder() const = 0;

  /// Documents added between begin_file and end_file belong to `file`; end_file removes those that it gave
  /// before and no longer gives. Commits may fall in between; a file that was never ended is known by an
  /// empty content hash and its documents are replaced, one by one, when it comes again.
  virtual base::Status begin_file(const KnownFile& file) = 0;
  virtual base::Status end_file() = 0;
  /// Makes everything before it durable and visible, all or nothing. When a write or a commit fails,
  /// everything since the last commit is undone and the knowledge base stays usable.
  virtual base::Status commit() = 0;

  /// Files of one root; of all with an empty `root`. In the order in which they first came.
  virtual base::Result<std::vector<KnownFile>> known_files(std::string_view root) const = 0;
  virtual base::Status touch_file(const KnownFile& file) = 0;  // same content, new modification time
  /// Visible and durable after commit().
  virtual base::Status remove_file(std::string_view root, std::string_view key) = 0;
  /// Durable and visible at once, to every view of this process, and to others at their next view(). Commits.
  /// An unknown id is not_found.
  virtual base::Status remove_document(std::string_view id) = 0;

  virtual base::Result<std::shared_ptr<const KnowledgeView>> view() const = 0;
  virtual base::Result<KnowledgeBaseInfo> info() const = 0;

  /// Checks meta.db and every segment; the list of what is damaged or missing is empty when all is well.
  virtual base::Result<std::vector<std::string>> check() const = 0;
  /// Writes all segments anew from meta.db. Cancelled, it leaves the old ones.
  virtual base::Status rebuild(const base::Cancellation& cancellation) = 0;
  /// Merges until each index is one segment. The background merges keep their number small by themselves.
  virtual base::Status compact() = 0;
};

/// Folder of all named knowledge bases: $GENKAI_HOME, else $XDG_DATA_HOME/genkai, else ~/.local/share/genkai.
base::Path home_folder();
/// The folder of the knowledge base called `name` (letters, digits, '-', '_', '.', not starting with '.').
base::Result<base::Path> knowledge_base_folder(std::string_view name);

}  // namespace genkai::knowledge
