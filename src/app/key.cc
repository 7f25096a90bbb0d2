#include <CLI/CLI.hpp>

#include <cstdio>
#include <memory>

#include "app/command.h"
#include "app/exit_codes.h"
#include "app/print.h"
#include "base/json.h"
#include "serve/access.h"
#include "serve/key_hash.h"

namespace genkai::app {
namespace {

using base::Json;

struct KeyArguments {
  std::string file, id, role = "use";
  serve::KeyRecord record;
  bool json = false;
};

int create(const KeyArguments& arguments) {
  serve::KeyRecord record = arguments.record;
  record.role = arguments.role == "admin" ? serve::Role::admin : serve::Role::use;
  const auto key = serve::create_key(arguments.file, std::move(record));
  if (!key) return report(key.error(), arguments.json);
  if (arguments.json) {
    std::printf("%s\n", Json::object({{"id", serve::id_of_key(*key)}, {"key", *key}}).dump().c_str());
    return kOk;
  }
  std::printf("%s\n", key->c_str());
  std::fflush(stdout);
  std::fputs("This is the only time the key is shown. Clients send it as \"authorization: Bearer KEY\".\n",
             stderr);
  return kOk;
}

std::string limit(double value, const char* of) {
  return value == 0 ? std::string() : ", " + Json(value).dump() + of;
}

int list(const KeyArguments& arguments) {
  const auto keys = serve::list_keys(arguments.file);
  if (!keys) return report(keys.error(), arguments.json);
  Json all = Json::array();
  for (const serve::KeyRecord& key : *keys) {
    const char* role = key.role == serve::Role::admin ? "admin" : "use";
    if (arguments.json) {
      all.push(Json::object({{"id", key.id},
                             {"name", key.name},
                             {"role", role},
                             {"requests_per_minute", key.requests_per_minute},
                             {"tokens_per_day", key.budget_per_day.tokens},
                             {"money_per_day", key.budget_per_day.money},
                             {"created", key.created}}));
      continue;
    }
    const std::string limits = limit(key.requests_per_minute, " requests a minute") +
                               limit(static_cast<double>(key.budget_per_day.tokens), " tokens a day") +
                               limit(key.budget_per_day.money, " of money a day");
    std::printf("%s  %-5s  %s  %s%s\n", key.id.c_str(), role, printable(key.created).c_str(),
                printable(key.name).c_str(), limits.c_str());
  }
  if (arguments.json) std::printf("%s\n", all.dump().c_str());
  if (!arguments.json && keys->empty()) std::printf("no keys\n");
  return kOk;
}

int revoke(const KeyArguments& arguments) {
  if (const auto revoked = serve::revoke_key(arguments.file, arguments.id); !revoked)
    return report(revoked.error(), arguments.json);
  return kOk;
}

}  // namespace

void add_key(CLI::App& program, Action& run) {
  auto arguments = std::make_shared<KeyArguments>();
  CLI::App* verb = program.add_subcommand("key", "Make, list and revoke the API keys of genkai serve");
  verb->require_subcommand(1);
  const auto add = [&](const char* name, const char* what, int (*action)(const KeyArguments&)) {
    CLI::App* part = verb->add_subcommand(name, what);
    part->add_option("--key-file", arguments->file, "The file of the keys")->type_name("FILE")->required();
    part->add_flag("--json", arguments->json, "Print JSON");
    part->callback([arguments, action, &run] { run = [arguments, action] { return action(*arguments); }; });
    return part;
  };
  CLI::App* creation = add("create", "Make a key and print it, this once; the file keeps its hash", create);
  creation->add_option("--name", arguments->record.name, "What it is for, to tell keys apart");
  creation->add_option("--role", arguments->role, "use, or admin for the admin routes too")
      ->check(CLI::IsMember({"use", "admin"}))
      ->capture_default_str();
  creation->add_option("--requests-per-minute", arguments->record.requests_per_minute, "0 is without limit")
      ->check(CLI::Range(0.0, 1e9));
  creation->add_option("--tokens-per-day", arguments->record.budget_per_day.tokens,
                       "Prompt and completion together; 0 is without limit");
  creation
      ->add_option("--money-per-day", arguments->record.budget_per_day.money,
                   "In the currency of the configured prices; 0 is without limit")
      ->check(CLI::Range(0.0, 1e12));
  add("list", "All keys: id, role, date, name and limits", list);
  CLI::App* revocation = add("revoke", "Delete a key; a server that runs refuses it within a second", revoke);
  revocation->add_option("id", arguments->id, "Id of the key, as genkai key list shows it")->required();
}

}  // namespace genkai::app
