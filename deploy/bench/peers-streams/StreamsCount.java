import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.CountDownLatch;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.Stores;

/**
 * Counts interactions per account, signal and day with Kafka Streams, at least once: java StreamsCount BROKERS TOPIC FROM TO DIR
 *
 * <p>It reads the offsets from FROM up to and without TO, and keeps its RocksDB in DIR. deploy/bench/peers reads the marks that it
 * prints. The topic is keyed by account, so a processor counts where a record arrives; groupBy would write each record to Kafka again.
 */
public final class StreamsCount {
  @JsonIgnoreProperties(ignoreUnknown = true)
  record Interaction(String time, String account, String signal) {
    /** The day in UTC. Times that end with Z say it already. */
    String day() {
      return time.endsWith("Z") ? time.substring(0, 10) : OffsetDateTime.parse(time).withOffsetSameInstant(ZoneOffset.UTC).toLocalDate().toString();
    }
  }

  static final String STORE = "counts";
  static final CountDownLatch read = new CountDownLatch(1);
  static volatile long counted;
  static volatile Throwable failure;

  public static void main(String[] args) throws Exception {
    String brokers = args[0], topic = args[1], application = topic + "-" + ProcessHandle.current().pid();
    long from = Long.parseLong(args[2]), to = Long.parseLong(args[3]);
    TopicPartition partition = new TopicPartition(topic, 0);
    Properties config = new Properties();
    config.put(StreamsConfig.APPLICATION_ID_CONFIG, application);
    config.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, brokers);
    config.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.AT_LEAST_ONCE);
    config.put(StreamsConfig.STATE_DIR_CONFIG, args[4]);

    StreamsBuilder builder = new StreamsBuilder();
    // The defaults: with changelog, without cache. A cache costs this program more CPU than it saves.
    builder.addStateStore(Stores.keyValueStoreBuilder(Stores.persistentKeyValueStore(STORE), Serdes.String(), Serdes.Long()));
    builder.stream(topic, Consumed.with(Serdes.ByteArray(), Serdes.ByteArray())).process(() -> new Counter(from, to), STORE);

    try (Admin admin = Admin.create(Map.of("bootstrap.servers", brokers))) {
      admin.alterConsumerGroupOffsets(application, Map.of(partition, new OffsetAndMetadata(from))).all().get();
      KafkaStreams streams = new KafkaStreams(builder.build(), config);
      streams.setUncaughtExceptionHandler(e -> {
        failure = e;
        read.countDown();
        return StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
      });
      streams.start();
      read.await();
      streams.close(); // commits
      mark("end", to - from);
      if (failure != null) throw new IllegalStateException(failure);
      long committed = admin.listConsumerGroupOffsets(application).partitionsToOffsetAndMetadata().get().get(partition).offset();
      if (committed < to) throw new IllegalStateException("committed up to offset " + committed + " of " + to);
      admin.deleteTopics(List.of(application + "-" + STORE + "-changelog")).all().get();
    }
    System.out.println("counted " + counted);
  }

  /** What the reader of the marks measures between. */
  static void mark(String what, long events) {
    System.out.println(what + " " + events);
  }

  static final class Counter extends ContextualProcessor<byte[], byte[], Void, Void> {
    private final long from, to;
    private final ObjectReader json = new ObjectMapper().readerFor(Interaction.class);
    private KeyValueStore<String, Long> counts;

    Counter(long from, long to) {
      this.from = from;
      this.to = to;
    }

    @Override
    public void init(ProcessorContext<Void, Void> context) {
      super.init(context);
      counts = context.getStateStore(STORE);
    }

    @Override
    public void process(Record<byte[], byte[]> record) {
      long offset = context().recordMetadata().orElseThrow().offset();
      if (offset >= to) return; // came after the start
      if (offset == from) mark("first", 0);
      Interaction in;
      try {
        in = json.readValue(record.value());
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      String key = in.account + "|" + in.signal + "|" + in.day();
      Long before = counts.get(key);
      counts.put(key, before == null ? 1 : before + 1);
      if (offset + 1 == from + (to - from) / 2) mark("half", offset + 1 - from);
      if (offset + 1 == to) read.countDown();
    }

    @Override
    public void close() {
      try (var all = counts.all()) {
        long sum = 0;
        while (all.hasNext()) sum += all.next().value;
        counted = sum;
      }
    }
  }
}
