// test_upstream: the test upstream as a program. See test_upstream.h.
//
//   test_upstream --port 9000 --model test-model --fault cut-stream,503
//
// Prints the port it listens at and serves until it gets SIGINT or SIGTERM.
#include <CLI/CLI.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <csignal>
#include <cstdio>

#include "test_upstream.h"

int main(int argc, char** argv) {
  using namespace genkai::test;
  TestUpstreamOptions options;
  std::vector<std::string> faults;
  std::string standing = "none";
  std::size_t event_delay = 0;
  bool no_images = false;
  CLI::App app("A simulated upstream that speaks the OpenAI protocol and acts out faults");
  app.add_option("--port", options.port, "0: any free one");
  app.add_option("--threads", options.threads);
  app.add_option("--model", options.models, "names of the models (repeat)");
  app.add_option("--key", options.key, "the bearer token that is asked for");
  app.add_option("--answer", options.answer, "say this to everything");
  app.add_option("--fault", faults, "of the next requests, in order")->delimiter(',');
  app.add_option("--always", standing, "the fault of every request");
  app.add_option("--event-delay-us", event_delay, "before each event of a stream");
  app.add_option("--retry-after", options.retry_after_seconds);
  app.add_flag("--no-images", no_images, "refuse images");
  CLI11_PARSE(app, argc, argv);
  options.event_delay = std::chrono::microseconds(event_delay);
  options.images = !no_images;
  try {
    const auto upstream = TestUpstream::start(options);
    for (const std::string& name : faults) upstream->fail_next(fault_named(name).value());
    upstream->fail_all(fault_named(standing).value());
    std::printf("%u\n", unsigned{upstream->port()});
    std::fflush(stdout);
    boost::asio::io_context context;
    boost::asio::signal_set signals(context, SIGINT, SIGTERM);
    signals.async_wait([](const boost::system::error_code&, int) {});
    context.run();
  } catch (const std::exception& error) {
    std::fprintf(stderr, "test_upstream: %s\n", error.what());
    return 1;
  }
  return 0;
}
