package pollux.benchmarks.http;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;

/** The application with the three handlers. */
@SpringBootApplication
public class Server {

    /**
     * Starts it.
     *
     * @param args Spring's own
     */
    public static void main(String[] args) {
        SpringApplication.run(Server.class, args);
    }
}
