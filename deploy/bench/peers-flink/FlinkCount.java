import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Map;
import org.apache.flink.api.common.JobExecutionResult;
import org.apache.flink.api.common.accumulators.LongCounter;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.serialization.AbstractDeserializationSchema;
import org.apache.flink.api.common.state.MapState;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.java.tuple.Tuple2;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.configuration.StateBackendOptions;
import org.apache.flink.connector.kafka.source.KafkaSource;
import org.apache.flink.connector.kafka.source.enumerator.initializer.OffsetsInitializer;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.KeyedProcessFunction;
import org.apache.flink.util.Collector;
import org.apache.kafka.common.TopicPartition;

/**
 * Counts interactions per account, signal and day with Flink in one process, state in memory: java FlinkCount BROKERS TOPIC FROM TO DIR
 *
 * <p>It reads the offsets from FROM up to and without TO, and writes a checkpoint into DIR every ten seconds. deploy/bench/peers reads
 * the marks that it prints.
 */
public final class FlinkCount {
  @JsonIgnoreProperties(ignoreUnknown = true)
  record Interaction(String time, String account, String signal) {
    /** The day in UTC. Times that end with Z say it already. */
    String day() {
      return time.endsWith("Z") ? time.substring(0, 10) : OffsetDateTime.parse(time).withOffsetSameInstant(ZoneOffset.UTC).toLocalDate().toString();
    }
  }

  public static void main(String[] args) throws Exception {
    String brokers = args[0], topic = args[1];
    long from = Long.parseLong(args[2]), to = Long.parseLong(args[3]);
    TopicPartition partition = new TopicPartition(topic, 0);
    Configuration config = new Configuration();
    config.set(StateBackendOptions.STATE_BACKEND, "hashmap");
    config.set(CheckpointingOptions.CHECKPOINTING_INTERVAL, Duration.ofSeconds(10));
    config.set(CheckpointingOptions.CHECKPOINT_STORAGE, "filesystem");
    config.set(CheckpointingOptions.CHECKPOINTS_DIRECTORY, Path.of(args[4]).toUri().toString());
    config.set(RestartStrategyOptions.RESTART_STRATEGY, "none"); // a run that failed measures nothing
    StreamExecutionEnvironment env = StreamExecutionEnvironment.createLocalEnvironment(1, config); // one partition
    env.getConfig().enableObjectReuse();
    KafkaSource<Tuple2<String, String>> source =
        KafkaSource.<Tuple2<String, String>>builder()
            .setBootstrapServers(brokers)
            .setTopics(topic)
            .setGroupId(topic + "-flink")
            .setStartingOffsets(OffsetsInitializer.offsets(Map.of(partition, from)))
            .setBounded(OffsetsInitializer.offsets(Map.of(partition, to)))
            .setValueOnlyDeserializer(new Parser())
            .build();
    env.fromSource(source, WatermarkStrategy.noWatermarks(), topic).keyBy(in -> in.f0).process(new Counter((to - from) / 2));
    JobExecutionResult done = env.execute();
    mark("end", to - from);
    System.out.println("counted " + done.<Long>getAccumulatorResult("counted"));
  }

  /** What the reader of the marks measures between. */
  static void mark(String what, long events) {
    System.out.println(what + " " + events);
  }

  /** From the JSON of a record to its account, and its signal and day. */
  static final class Parser extends AbstractDeserializationSchema<Tuple2<String, String>> {
    private transient ObjectReader json;

    @Override
    public Tuple2<String, String> deserialize(byte[] value) throws IOException {
      if (json == null) {
        json = new ObjectMapper().readerFor(Interaction.class);
        mark("first", 0);
      }
      Interaction in = json.readValue(value);
      return Tuple2.of(in.account, in.signal + "|" + in.day());
    }
  }

  static final class Counter extends KeyedProcessFunction<String, Tuple2<String, String>, Void> {
    private final long half;
    private final LongCounter counted = new LongCounter();
    private transient MapState<String, Long> counts;
    private transient long events;

    Counter(long half) {
      this.half = half;
    }

    @Override
    public void open(OpenContext context) {
      counts = getRuntimeContext().getMapState(new MapStateDescriptor<>("counts", Types.STRING, Types.LONG));
      getRuntimeContext().addAccumulator("counted", counted);
    }

    @Override
    public void processElement(Tuple2<String, String> in, Context context, Collector<Void> out) throws Exception {
      Long before = counts.get(in.f1);
      counts.put(in.f1, before == null ? 1 : before + 1);
      // Fires for each account when the last event has been counted.
      if (before == null) context.timerService().registerEventTimeTimer(Long.MAX_VALUE);
      if (++events == half) mark("half", events);
    }

    @Override
    public void onTimer(long time, OnTimerContext context, Collector<Void> out) throws Exception {
      for (long n : counts.values()) counted.add(n);
    }
  }
}
