create table if not exists orders (id bigint primary key, customer bigint);
create table if not exists customer (id bigint primary key, name varchar(40));
create table if not exists line (id bigint primary key, order_id bigint, sku varchar(40), quantity int);
