/**
 * Futures and streams as first-class types of Spring: WebFlux, transactions, scheduling, repositories, messaging.
 */
@org.jspecify.annotations.NullMarked
module pollux.spring {
    requires static org.jspecify;
    requires transitive pollux.reactor;
    requires transitive spring.boot;
    requires transitive spring.boot.autoconfigure;
    requires transitive spring.context;
    requires spring.aop;
    requires spring.beans;
    requires spring.core;
    requires static com.fasterxml.jackson.annotation;
    requires static spring.boot.health;
    requires static spring.security.config;
    requires static spring.security.core;
    requires static spring.tx;
    requires static spring.web;

    exports pollux.spring;

    opens pollux.spring to
            spring.core,
            spring.beans,
            spring.context;
}
