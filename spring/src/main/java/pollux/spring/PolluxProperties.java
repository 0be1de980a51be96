package pollux.spring;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The properties of the pool that runs the handlers, under {@code pollux}.
 *
 * @param workers the number of worker threads; one for each processor if it is absent
 * @param name the name of the pool; its threads are called {@code <name>-worker-<n>}
 * @param blockedAfter how long one poll may take before the worker is reported as blocked; the pool's default if absent
 * @param traced whether tasks keep their age, their parent and the number of their polls for the dump
 * @param shutdownTimeout how long the application waits, when it closes, for the tasks of the pool to end by themselves
 *     before they are cancelled; choose it below {@code spring.lifecycle.timeout-per-shutdown-phase}
 */
@ConfigurationProperties("pollux")
public record PolluxProperties(
        @Nullable Integer workers,
        @DefaultValue("pollux-app") String name,
        @Nullable Duration blockedAfter,
        @DefaultValue("false") boolean traced,
        @DefaultValue("10s") Duration shutdownTimeout) {}
