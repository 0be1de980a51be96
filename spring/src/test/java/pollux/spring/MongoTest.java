package pollux.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static pollux.async.Async.async;

import com.mongodb.reactivestreams.client.MongoClient;
import com.mongodb.reactivestreams.client.MongoClients;
import de.bwaldvogel.mongo.MongoServer;
import de.bwaldvogel.mongo.backend.memory.MemoryBackend;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.boot.WebApplicationType;
import org.springframework.context.annotation.Bean;
import org.springframework.data.annotation.Id;
import org.springframework.data.mongodb.core.ReactiveMongoTemplate;
import org.springframework.data.mongodb.core.mapping.Document;
import org.springframework.data.mongodb.repository.Query;
import org.springframework.data.mongodb.repository.config.EnableReactiveMongoRepositories;
import org.springframework.data.repository.Repository;
import pollux.Pollux;
import pollux.executor.TaskPool;
import pollux.future.Future;
import pollux.stream.AsyncStream;

/** Repositories of Spring Data MongoDB that declare our types, on an imitation of the server. */
@Timeout(300)
class MongoTest {

    @Document
    record Note(@Id String id, String author, int stars) {}

    interface Notes extends Repository<Note, String> {

        Future<Note> save(Note note);

        Future<Note> findById(String id);

        AsyncStream<Note> findByAuthorOrderByStars(String author);

        @Query("{ 'stars' : { $gte : ?0 } }")
        AsyncStream<Note> withStars(int least);

        Future<Long> count();
    }

    @App.Plain
    @EnableReactiveMongoRepositories(considerNestedRepositories = true, basePackageClasses = MongoTest.class)
    static class Shop {

        @Bean(destroyMethod = "shutdownNow")
        MongoServer server() {
            return new MongoServer(new MemoryBackend());
        }

        @Bean
        MongoClient client(MongoServer server) {
            return MongoClients.create("mongodb://localhost:" + server.bind().getPort());
        }

        @Bean
        ReactiveMongoTemplate reactiveMongoTemplate(MongoClient client) {
            return new ReactiveMongoTemplate(client, "notes");
        }
    }

    @Test
    void repositories() {
        try (App app = App.start(WebApplicationType.NONE, Shop.class)) {
            Notes notes = app.bean(Notes.class);
            TaskPool pool = app.bean(TaskPool.class);
            Future<Long> saved = async(() -> {
                pollux.async.Async.await(notes.save(new Note("1", "ann", 5)));
                pollux.async.Async.await(notes.save(new Note("2", "ann", 3)));
                pollux.async.Async.await(notes.save(new Note("3", "bob", 4)));
                return pollux.async.Async.await(notes.count());
            });
            assertThat(Pollux.blockOn(pool.spawn(saved).join())).isEqualTo(3);
            assertThat(Pollux.blockOn(notes.findById("3"))).isEqualTo(new Note("3", "bob", 4));
            assertThat(Pollux.blockOn(notes.findById("4"))).isNull();
            assertThat(Pollux.blockOn(notes.findByAuthorOrderByStars("ann").toList()))
                    .extracting(Note::id)
                    .containsExactly("2", "1");
            assertThat(Pollux.blockOn(notes.withStars(4).toList()))
                    .extracting(Note::id)
                    .containsExactlyInAnyOrder("1", "3");
        }
    }
}
